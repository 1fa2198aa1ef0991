-- Which authorities did an authority replace? One row for every authority created by a reorganisation.
--
-- Views name predecessors but do not carry their judgements over to the successor. Authorities that became unitary
-- and kept their URN (Buckinghamshire, Somerset, North Yorkshire) are not included: for Ofsted they are the same
-- authority.
--
-- Columns:
-- urn: URN of the new authority
-- predecessors: Short names of the authorities it replaced, separated by '; '
-- first_day: First day of the new authority
SELECT
    successions.successor_urn AS urn,
    string_agg(authorities.name, '; ' ORDER BY authorities.name) AS predecessors,
    max(successions.last_day) + 1 AS first_day
FROM successions
JOIN authorities ON authorities.urn = successions.predecessor_urn
GROUP BY successions.successor_urn
ORDER BY successions.successor_urn;
