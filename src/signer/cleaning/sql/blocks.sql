-- Blocks: a shot and a person are compared where they have a key in common. Keys are hashes of what must be the
-- same, put together by xor; a clash of hashes costs a comparison and nothing else.

-- Null where there is nothing, which is the same as nothing; then so is every key made of it.
CREATE MACRO part(text) AS CASE WHEN text <> '' THEN hash(text) END;

-- A number without its last four digits: a mistyped, lost or added digit leaves either these or those whole.
CREATE MACRO head_of(number) AS left(number, CASE WHEN strlen(number) > 10 THEN 8 ELSE 5 END);

-- Of shots and of persons, whose parts are hashed already.
CREATE MACRO block_key(kind, number, name, bare, birth, head, tail, province, month, day) AS CASE kind
    WHEN 0 THEN number
    WHEN 1 THEN xor(name, birth)
    WHEN 2 THEN xor(xor(bare, birth), 2)
    WHEN 3 THEN xor(xor(name, head), 3)
    WHEN 4 THEN xor(xor(name, tail), 4)
    WHEN 5 THEN xor(xor(birth, head), 5)
    WHEN 6 THEN xor(xor(birth, tail), 6)
    WHEN 7 THEN xor(xor(name, province), xor(month, 7))
    WHEN 8 THEN xor(xor(name, province), xor(day, 8))
END;
CREATE TEMP TABLE kinds AS SELECT range AS kind, range < 2 AS narrow FROM range(9);

-- Of shots alone: day and month the other way round, and persons of whom the register knows the year alone.
CREATE MACRO more_keys(name_part, birth) AS CASE WHEN length(birth) = 10 THEN [
    xor(name_part, CASE WHEN swapped_birth(birth) <> birth THEN part(swapped_birth(birth)) END),
    xor(name_part, part(left(birth, 4)))
] ELSE [] END;
