-- Blocks: a shot and a person are compared where they have a key in common. Keys are hashes of what must be the
-- same; a clash of hashes costs a comparison and nothing else.

-- A key of a name (name_key.h) without its marks and tones.
CREATE MACRO bare_name(name) AS translate(name, '12345^(+', '');

-- Null where a part is missing, which is the same as nothing.
CREATE MACRO block_key(kind, one, other) AS
    CASE WHEN one <> '' AND other <> '' THEN hash(kind, one, other) END;

-- Of shots and of persons. A mistyped digit leaves one half of a number whole.
CREATE MACRO block_keys(number, name, birth, province) AS [
    block_key(1, number, number),
    block_key(2, name, birth),
    block_key(3, bare_name(name), birth),
    block_key(4, name, left(number, 6)),
    block_key(5, name, right(number, 6)),
    block_key(6, birth, left(number, 6)),
    block_key(7, birth, right(number, 6)),
    block_key(8, name || province, left(birth, 7)),
    block_key(9, name || province, right(birth, 6))
];

-- Of shots alone: day and month the other way round, and persons of whom the register knows the year alone.
CREATE MACRO more_keys(name, birth) AS [
    block_key(2, name, CASE WHEN length(birth) = 10 THEN swapped_birth(birth) END),
    block_key(2, name, CASE WHEN length(birth) > 4 THEN left(birth, 4) END)
];
