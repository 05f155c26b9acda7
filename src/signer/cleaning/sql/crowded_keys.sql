-- Forgets the keys that too many persons of the register have: each shot with such a key would be compared with all
-- of them, and whoever hands in shots could make as many as they like. What is held of the register is nine rows a
-- person at most, of some 100 bytes, whatever is handed in.
DELETE FROM asked_keys WHERE key IN (SELECT key FROM met_persons GROUP BY key HAVING count(*) > most_persons());
