#pragma once

namespace portolan::streamscripts {

/// Looks at a stream and its group. Entries that were trimmed before the group read them are noted in a hash beside the
/// stream and taken out of the group's account in the same step (XGROUP SETID with the id that it has), so that the
/// next look finds only what was lost since, on servers that correct that account when they read on and on those that
/// do not.
/// KEYS: stream, notes. ARGV: group, consumer, '1' after the group was made: what was trimmed before is not its loss.
/// Returns {last-delivered-id, waiting, pending, entries-added, length, last-generated-id, first id, entries-read,
/// lost, lost at most, the note's field, why the account could not be changed, whether the group knows the consumer
/// ('1', '0', '' where that is not told), how many consumers it has}, numbers as text, -1 where the server does not
/// tell (before Redis 7); {} when there is no such group.
inline constexpr char look[] = R"lua(
local function map(reply)
    local all = {}
    for i = 1, #reply, 2 do all[reply[i]] = reply[i + 1] end
    return all
end
local function less(a, b)
    if #a ~= #b then return #a < #b end
    return a < b
end
local function before(a, b)
    local ams, aseq = string.match(a, '(%d+)-(%d+)')
    local bms, bseq = string.match(b, '(%d+)-(%d+)')
    if ams ~= bms then return less(ams, bms) end
    return less(aseq, bseq)
end
local function text(number) return string.format('%.0f', number or -1) end
local found = redis.pcall('XINFO', 'STREAM', KEYS[1])
if found.err then return found end
local groups = redis.pcall('XINFO', 'GROUPS', KEYS[1])
if groups.err then return groups end
local stream, group = map(found), nil
for _, each in ipairs(groups) do
    local one = map(each)
    if one['name'] == ARGV[1] then group = one end
end
if not group then return {} end
local at, last = group['last-delivered-id'], stream['last-generated-id']
local added, length = stream['entries-added'], stream['length']
local read = group['entries-read'] or nil
local first = stream['first-entry'] and stream['first-entry'][1]
local allAhead = before(at, first or last)
local deletedAhead = added and before(at, stream['max-deleted-entry-id'])
local waiting
if at == last then waiting = 0
elseif allAhead then waiting = length
elseif added and read and not deletedAhead then waiting = added - read end
local lost, most, account = 0, 0, nil
if added and allAhead then
    local gone = added - length
    if ARGV[3] == '1' then lost = 0
    elseif not read then
        if at == '0-0' and group['consumers'] == 0 then most = gone end
    elseif deletedAhead then most = gone - read - 1
    else lost = gone - read end
    if not read or read < gone then account = gone end
elseif added and not read and at == last then account = added end
lost, most = math.max(lost, 0), math.max(most, 0)
local known, consumers = '', redis.pcall('XINFO', 'CONSUMERS', KEYS[1], ARGV[1])
if not consumers.err then
    known = '0'
    for _, each in ipairs(consumers) do
        if map(each)['name'] == ARGV[2] then known = '1' end
    end
end
local field, denied = '', ''
if account then
    local set = redis.pcall('XGROUP', 'SETID', KEYS[1], ARGV[1], at, 'ENTRIESREAD', text(account))
    if set.err then denied = set.err
    elseif lost > 0 or most > 0 then
        local now = redis.call('TIME')
        field = text(now[1] * 1000 + math.floor(now[2] / 1000)) .. '-' .. text(account)
        redis.pcall('HSET', KEYS[2], field, text(lost) .. ' ' .. text(most) .. ' ' .. ARGV[2])
    end
end
return {at, text(waiting), text(group['pending']), text(added), text(length), last, first or '', text(read), text(lost),
        text(most), field, denied, known, text(group['consumers'])}
)lua";

/// Acknowledges entries, unless the group does not know the consumer that was given them: then it was made again, and
/// the ids may be those of other entries, which another receiver holds. KEYS: stream. ARGV: group, consumer, ids.
inline constexpr char acknowledge[] = R"lua(
local consumers = redis.pcall('XINFO', 'CONSUMERS', KEYS[1], ARGV[1])
local denied = consumers.err or ''
local known = denied ~= '' and not string.find(denied, 'NOGROUP') and not string.find(denied, 'no such key')
for i = 1, #consumers do
    for j = 1, #consumers[i], 2 do
        known = known or (consumers[i][j] == 'name' and consumers[i][j + 1] == ARGV[2])
    end
end
if not known then return redis.error_reply('NOGROUP The group does not know this consumer') end
return redis.call('XACK', KEYS[1], ARGV[1], unpack(ARGV, 3))
)lua";

/// Makes a group, also while the server is out of memory: there a script may use memory once it has written something
/// that needs none. KEYS: stream. ARGV: group.
inline constexpr char makeGroup[] = R"lua(
redis.call('XDEL', KEYS[1], '0-0')
return redis.call('XGROUP', 'CREATE', KEYS[1], ARGV[1], '0', 'MKSTREAM')
)lua";

/// Notes the tries alone of an entry for a day, also while the server is out of memory. KEYS: notes. ARGV: id, tries.
inline constexpr char noteTries[] = R"lua(
redis.call('HDEL', KEYS[1], '')
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
return redis.call('EXPIRE', KEYS[1], 86400)
)lua";

} // namespace portolan::streamscripts
