#include "models/deadletters/deadletterselection.h"

#include "storage/deadletters/groupscan.h"
#include "storage/ports/ports.h"

namespace portolan {

Result<std::vector<QByteArray>> idsOf(const LetterChoice& choice, Store& store, const CancelToken& token) {
    if (choice.group.isEmpty() || !choice.ids.empty())
        return choice.ids;
    Ports* const ports = store.ports();
    if (!ports)
        return Error{ErrorCode::Unsupported, store.unavailableReason(Feature::Ports).value_or(QString())};
    return ports->groups().lettersOf(choice.group, token);
}

} // namespace portolan
