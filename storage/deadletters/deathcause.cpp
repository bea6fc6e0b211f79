#include "storage/deadletters/deathcause.h"

#include "storage/deadletters/errortype.h"
#include "storage/deadletters/messagemask.h"

namespace portolan {

namespace {

QByteArray typeOf(const DeathNote& note) {
    return note.details ? errorType(*note.details) : QByteArray();
}

QByteArray formOf(const DeathNote& note) {
    MessageMask mask;
    return note.message ? mask.mask(*note.message) : QByteArray();
}

} // namespace

bool sameCause(const DeathNote& before, const DeathNote& after) {
    return typeOf(before) == typeOf(after) && formOf(before) == formOf(after);
}

} // namespace portolan
