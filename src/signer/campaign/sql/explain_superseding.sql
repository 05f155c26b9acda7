-- What supersedes some certificates, whosever: few rows supersede any, so few are looked at.
FROM told WHERE supersedes IN (SELECT unnest(getvariable('uvcis')));
