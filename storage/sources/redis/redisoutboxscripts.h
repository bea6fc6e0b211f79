#pragma once

namespace portolan::outboxscripts {

// KEYS: the notes of the run (a hash: `epoch`, `since`, and an outbox id → where that message was put), and the target
// where it is a key, in the same slot of a cluster. A connection's commands are taken while its epoch is the one noted,
// and only then: those of an older connection that were delayed on their way find a later one, or none once the run is
// over.

/// Takes the run over: the next epoch, which is above all earlier ones, also where the server came back with older
/// data or the notes were dropped. Returns {epoch, that with which the notes begin}.
inline constexpr char open[] = R"lua(
local known = redis.call('HGET', KEYS[1], 'epoch')
local now = redis.call('TIME')
local fresh = now[1] * 1000000 + now[2]
if known and tonumber(known) >= fresh then fresh = tonumber(known) + 1 end
local epoch = string.format('%.0f', fresh)
redis.call('HSET', KEYS[1], 'epoch', epoch)
redis.call('HSETNX', KEYS[1], 'since', epoch)
return {epoch, redis.call('HGET', KEYS[1], 'since')}
)lua";

/// Puts messages there, each together with its note; of one that has a note, the note is the answer. ARGV: epoch, what
/// the target is and its name, then of each message its id, a count, and so many words: the names and values of an
/// entry's fields, else the record.
/// Of a channel to which nobody listens the answer is 0, without a note, and what follows is not tried.
/// Returns {where, …}.
inline constexpr char send[] = R"lua(
local notes, target = KEYS[1], ARGV[3]
local epoch = redis.call('HGET', notes, 'epoch')
if epoch ~= ARGV[1] then return redis.error_reply('FENCED ' .. (epoch and 'other' or 'none')) end
local out = {}
local i = 4
while i <= #ARGV do
    local id, count = ARGV[i], tonumber(ARGV[i + 1])
    local where = redis.call('HGET', notes, id)
    if not where then
        if ARGV[2] == 'stream' then
            where = redis.call('XADD', target, '*', unpack(ARGV, i + 2, i + 1 + count))
        elseif ARGV[2] == 'list' then
            where = string.format('%.0f', redis.call('RPUSH', target, ARGV[i + 2]))
        elseif ARGV[2] == 'left' then -- a list that is taken from the right
            where = string.format('%.0f', redis.call('LPUSH', target, ARGV[i + 2]))
        else
            redis.call('HSET', notes, id, '0')
            where = string.format('%.0f', redis.call('PUBLISH', target, ARGV[i + 2]))
        end
        if where == '0' then
            redis.call('HDEL', notes, id)
            out[#out + 1] = where
            return out
        end
        redis.call('HSET', notes, id, where)
    end
    out[#out + 1] = where
    i = i + 2 + count
end
return out
)lua";

/// Drops the notes, if they are this connection's. Returns whether they were.
inline constexpr char forget[] = R"lua(
if redis.call('HGET', KEYS[1], 'epoch') ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])
)lua";

} // namespace portolan::outboxscripts
