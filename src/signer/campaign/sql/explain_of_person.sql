-- All signatures given out under a person's number.
FROM told WHERE person_key = getvariable('person_key');
