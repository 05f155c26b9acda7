-- The shots that have a certificate under a person's number. Variable: person_key.
SELECT DISTINCT shot_id FROM certificates WHERE person_key = getvariable('person_key');
