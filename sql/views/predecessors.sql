-- From whom did an authority take over? One row for every authority that came out of a reorganisation.
--
-- What others said of a predecessor is no judgement of its successor: views name predecessors, and hand nothing
-- on. Authorities that became unitary and kept their URN (Buckinghamshire, Somerset, North Yorkshire) are not
-- here: to Ofsted they are the same authority.
--
-- Columns:
-- urn: The authority that took over
-- predecessors: Short names of those from which it took over, parted by '; '
-- first_day: Its first day
SELECT
    successions.successor_urn AS urn,
    string_agg(authorities.name, '; ' ORDER BY authorities.name) AS predecessors,
    max(successions.last_day) + 1 AS first_day
FROM successions
JOIN authorities ON authorities.urn = successions.predecessor_urn
GROUP BY successions.successor_urn
ORDER BY successions.successor_urn;
