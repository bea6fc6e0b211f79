#pragma once

#include "storage/ports/ports.h"
#include "storage/sql/connection/dialect.h"
#include "tests/support/filtermaker.h"

#include <QString>
#include <vector>

namespace portolan::test {

/// Port messages with what goes wrong: NULLs, ties, quotes, wildcards, Unicode, odd documents; all of them such that
/// both databases can hold them. Ids are UUIDs made from their numbers.
[[nodiscard]] std::vector<PortMessage> randomPortMessages(quint64 seed, int count);
[[nodiscard]] PortMessage randomPortMessage(Chance& chance, int number);
[[nodiscard]] QByteArray portMessageId(int number);

/// An INSERT as another program writes it.
[[nodiscard]] QByteArray insertOf(const PortMessage& message);
[[nodiscard]] QByteArray insertOf(const std::vector<PortMessage>& messages);

/// When filters over these rows are asked.
[[nodiscard]] Timestamp portNow();

/// Makes texts of filters over port messages; their values come from the rows and near them.
class PortFilterMaker final : public FilterNesting {
public:
    using FilterNesting::FilterNesting;

private:
    QString makeTerm() override;
    QString makePhrase() override;
    QString makeJsonTerm();
    QString makeTimeTerm();
};

} // namespace portolan::test
