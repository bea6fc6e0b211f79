#include "storage/ports/portintake.h"

#include "storage/json/jsonmeaning.h"

#include <iterator>

namespace portolan {

namespace {

bool meansTheSame(const QByteArray& a, const QByteArray& b) {
    if (a == b)
        return true;
    const auto meaning = jsonMeaning(a);
    return meaning && meaning == jsonMeaning(b);
}

bool meansTheSame(const std::optional<QByteArray>& a, const std::optional<QByteArray>& b) {
    return a && b ? meansTheSame(*a, *b) : a.has_value() == b.has_value();
}

} // namespace

bool saysTheSame(const PortMessage& a, const PortMessage& b) {
    return a.id == b.id && a.portName == b.portName && a.sourceComponent == b.sourceComponent
           && a.targetComponent == b.targetComponent && a.statusText() == b.statusText() && a.retryCount == b.retryCount
           && a.maxRetries == b.maxRetries && a.createdAt == b.createdAt && a.processedAt == b.processedAt
           && a.completedAt == b.completedAt && a.errorMessage == b.errorMessage
           && meansTheSame(a.messageData, b.messageData) && meansTheSame(a.messageMetadata, b.messageMetadata)
           && meansTheSame(a.errorDetails, b.errorDetails);
}

void IntakeOutcome::add(IntakeOutcome other) {
    taken += other.taken;
    present += other.present;
    audit += other.audit;
    std::ranges::move(other.refused, std::back_inserter(refused));
}

} // namespace portolan
