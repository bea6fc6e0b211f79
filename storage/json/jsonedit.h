#pragma once

#include "storage/base/result.h"

#include <QByteArray>
#include <QByteArrayView>
#include <vector>

namespace portolan {

// Changes of JSON documents that leave every byte alone that they are not about: numbers keep their digits, members
// their order and spacing, equal names stand as often as they stood. Of equal names the last one counts, as in jsonb;
// taking such a member away takes all of that name, so that none that was hidden comes forth. Nesting as
// findJsonPlace() has it. Pure functions; cost: the document once for each operation.

/// The edit of a document: a JSON Patch (RFC 6902), or another document in its place.
class JsonEdit {
public:
    /// Told by its content: an array whose elements are all objects with "op" and "path" is a patch, any other JSON is
    /// the new document, byte for byte. Error Usage, in words: no JSON, no UTF-8, or a patch that is none.
    [[nodiscard]] static Result<JsonEdit> parse(QByteArrayView text);

    [[nodiscard]] bool isPatch() const { return m_isPatch; }
    /// The document after it; all of the patch, or nothing. Error Invalid: why it does not apply.
    [[nodiscard]] Result<QByteArray> apply(QByteArrayView document) const;

private:
    enum class Kind { Add, Remove, Replace, Move, Copy, Test };
    using Pointer = std::vector<QByteArray>;
    struct Operation {
        Kind kind = Kind::Test;
        Pointer path;
        Pointer from;
        QByteArray value; ///< as it is written
    };
    [[nodiscard]] static Result<Operation> parseOperation(QByteArrayView element, qsizetype number);
    [[nodiscard]] static Result<Pointer> parsePointer(QByteArrayView element, const char* member, qsizetype number);
    [[nodiscard]] static Result<QByteArray> applyOne(const Operation& operation, const QByteArray& document);

    bool m_isPatch = false;
    std::vector<Operation> m_operations;
    QByteArray m_document;
};

/// Says in words why PostgreSQL's jsonb cannot hold a (checked) document; empty when it can: the character NUL, half a
/// surrogate pair, a number of too many digits.
[[nodiscard]] QString whyNotJsonb(QByteArrayView document);

} // namespace portolan
