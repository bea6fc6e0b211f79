#pragma once

namespace portolan::listscripts {

/// Moves up to `count` messages from the side of the list where it is taken ("left", "right"), of about `bytes` bytes
/// together, into the consumer's claims under the next
/// sequence numbers, and says that the consumer lives. The epoch is a new one, the sequence begins again, when the
/// server is another run of Redis than the one that counted last (it may have come back with older data, where
/// numbers that were used would be used again), or nobody has counted yet. Count 0 claims nothing.
/// The first command writes and needs no memory, after which a script may use some though the server is out of it.
/// Returns {epoch, first sequence, {payload, …}, epoch that was counted before ('' if none), last sequence, length that
/// is left, milliseconds until the list expires (-1: never, -2: it is gone), whether nobody has counted yet and no
/// consumer was known either ('1': what was beside the list is gone, or was never there; of two receivers one is
/// told)}.
inline constexpr char claim[] = R"lua(
local list, counter, claims, consumers = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local run, consumer, count, bytes = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
local pop, back = 'LPOP', 'LPUSH'
if ARGV[6] == 'right' then pop, back = 'RPOP', 'RPUSH' end
local taken = redis.call(pop, list, count) or {}
local counted = redis.call('HMGET', counter, 'run', 'epoch', 'sequence')
local fresh = not counted[2] and #redis.call('HKEYS', consumers) == 0 and '1' or '0'
if #taken > 0 or ARGV[5] == '1' or fresh == '1' then
    local now = redis.call('TIME')
    redis.call('HSET', consumers, consumer, string.format('%.0f', now[1] * 1000 + math.floor(now[2] / 1000)))
end
local epoch, sequence = counted[2], tonumber(counted[3] or 0)
local before = epoch or ''
local function text(number) return string.format('%.0f', number) end
local function ask(command) -- who may not ask does without
    local answer = redis.pcall(command, list)
    return text(type(answer) == 'number' and answer or -1)
end
if #taken == 0 then
    return {'0', '0', {}, before, text(sequence), ask('LLEN'), ask('PTTL'), fresh}
end
local sum = 0
for i = 1, #taken do
    sum = sum + #taken[i]
    if sum > bytes and i > 1 then
        for j = #taken, i, -1 do
            redis.call(back, list, taken[j])
            taken[j] = nil
        end
        break
    end
end
if counted[1] ~= run or not epoch then
    local now = redis.call('TIME')
    local newest = now[1] * 1000000 + now[2]
    if epoch and tonumber(epoch) >= newest then newest = tonumber(epoch) + 1 end
    epoch = string.format('%.0f', newest)
    sequence = 0
end
local fields = {}
for i = 1, #taken do
    fields[2 * i - 1] = epoch .. '-' .. string.format('%.0f', sequence + i)
    fields[2 * i] = taken[i]
end
redis.call('HSET', claims, unpack(fields))
redis.call('HSET', counter, 'run', run, 'epoch', epoch, 'sequence', string.format('%.0f', sequence + #taken))
return {epoch, text(sequence + 1), taken, before, text(sequence + #taken), ask('LLEN'), ask('PTTL'), fresh}
)lua";

/// Hands out claims once more and notes how often that was now: {field, count, …}. Returns {field, payload, …} of those
/// still there.
inline constexpr char again[] = R"lua(
local out = {}
redis.call('HDEL', KEYS[1], '') -- see claim
for i = 1, #ARGV, 2 do
    local payload = redis.call('HGET', KEYS[1], ARGV[i])
    if payload then
        redis.call('HSET', KEYS[2], ARGV[i], ARGV[i + 1])
        out[#out + 1] = ARGV[i]
        out[#out + 1] = payload
    end
end
return out
)lua";

/// Moves the claims, and their counts, of a consumer that has not been heard of for so many milliseconds into ours,
/// and forgets the consumer. Returns how many claims those were; -1: it lives.
inline constexpr char takeOver[] = R"lua(
local other, idle = ARGV[1], tonumber(ARGV[2])
local now = redis.call('TIME')
local heard = tonumber(redis.call('HGET', KEYS[5], other) or 0)
if now[1] * 1000 + math.floor(now[2] / 1000) - heard < idle then return -1 end
redis.call('HDEL', KEYS[1], '') -- see claim
local function move(from, to)
    local all = redis.call('HGETALL', from)
    for i = 1, #all, 1000 do
        redis.call('HSET', to, unpack(all, i, math.min(i + 999, #all)))
    end
    redis.call('DEL', from)
    return #all / 2
end
local moved = move(KEYS[1], KEYS[3])
move(KEYS[2], KEYS[4])
redis.call('HDEL', KEYS[5], other)
return moved
)lua";

} // namespace portolan::listscripts
