-- All signatures of the certificates that an order names, in `selected`, and whether the last order about a
-- uvci has told of the signature: one that was made anew since is untold.

CREATE TEMP TABLE last_order AS
SELECT uvci, max(version) AS version, arg_max(action, version) AS action
FROM revocations SEMI JOIN selected USING (uvci) GROUP BY uvci;

CREATE TEMP TABLE last_told AS
SELECT DISTINCT uvci, signature_hash FROM revocations SEMI JOIN last_order USING (uvci, version);

CREATE TEMP TABLE signatures AS
SELECT one.uvci, one.signature_hash, one.kid, one.exp, one.person_key, one.province,
    one.version, one.file, one.row_in_file,
    coalesce(last_order.action = 'revoked', false) AS is_revoked, last_told.uvci IS NOT NULL AS is_told
FROM certificates AS one
SEMI JOIN selected ON selected.uvci = one.uvci
LEFT JOIN last_order ON last_order.uvci = one.uvci
LEFT JOIN last_told ON last_told.uvci = one.uvci AND last_told.signature_hash = one.signature_hash;

CREATE TEMP TABLE covered AS
SELECT uvci, any_value(is_revoked) AS is_revoked, bool_and(is_told) AS is_told, count(*) AS n_signatures,
    any_value(person_key) AS person_key, any_value(province) AS province, max(exp) AS exp
FROM signatures GROUP BY uvci;
