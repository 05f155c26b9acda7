-- What was filled in, by row of the files; the shots that it speaks of, as texts; and what was taken of it. A list
-- `place`, `told` or `correct` has a value for each field in one order: fields() are those of the last two.
CREATE MACRO same(one, other) AS trim(nfc_normalize(one)) = trim(nfc_normalize(other));
CREATE MACRO differ(these, those) AS  -- where the first is null, nothing is said
    list_transform(list_zip(these, those), lambda pair: pair[1] IS NOT NULL AND coalesce(NOT same(pair[1], pair[2]), true));
CREATE MACRO first_given(these, those) AS
    list_transform(list_zip(these, those), lambda pair: coalesce(pair[1], pair[2]));
CREATE TEMP TABLE filled (
    folder INTEGER, file INTEGER, row BIGINT, shot_id VARCHAR, place VARCHAR[], told VARCHAR[], correct VARCHAR[],
    withdrawn BOOLEAN, faulty BOOLEAN, corrected_by VARCHAR, corrected_on VARCHAR
);
CREATE TEMP TABLE found (shot_id VARCHAR, place VARCHAR[], told VARCHAR[]);
CREATE TEMP TABLE taken (
    folder INTEGER, file INTEGER, row BIGINT, nth INTEGER, shot_id VARCHAR, field VARCHAR,
    value_before VARCHAR, value_after VARCHAR, corrected_by VARCHAR, corrected_on VARCHAR
);
