-- Every signature of the certificates that are revoked (`listed`) and of those that were and are restored
-- (`restored`), with the version of the order that says so.

CREATE TEMP TABLE restorations AS
SELECT uvci, version
FROM (SELECT uvci, version, action, row_number() OVER (PARTITION BY uvci ORDER BY version DESC) AS nth
    FROM revocations)
WHERE nth = 1 AND action = 'restored';

CREATE TEMP TABLE listed AS
SELECT one.uvci, one.kid, one.exp, one.signature_hash, revoked.version
FROM certificates AS one JOIN revoked ON revoked.uvci = one.uvci;

CREATE TEMP TABLE restored AS
SELECT one.uvci, one.kid, one.exp, one.signature_hash, restorations.version
FROM certificates AS one JOIN restorations ON restorations.uvci = one.uvci;
