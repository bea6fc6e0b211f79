#pragma once

#include "storage/base/clock.h"
#include "storage/json/jsontext.h"

#include <QByteArray>
#include <QString>
#include <QVariant>
#include <vector>

namespace portolan {

// The values that are bound in statements, and the names of acts in the errors of those about replays.

inline QString doingReplay() {
    return QStringLiteral("replay in");
}

/// Makes a text to be bound: never null, which would be bound as NULL.
inline QString utf8(const QByteArray& text) {
    return text.isEmpty() ? QStringLiteral("") : QString::fromUtf8(text);
}

inline QString timeNow() {
    return QString::fromLatin1(toIsoTime(currentTime()));
}

/// Binds an empty text as NULL.
inline QVariant orNull(const QByteArray& text) {
    return text.isEmpty() ? QVariant(QMetaType(QMetaType::QString)) : QVariant(utf8(text));
}

inline QString jsonOf(const std::vector<qint64>& positions) {
    QByteArray text = "[";
    for (const qint64 position : positions)
        text += (text.size() > 1 ? "," : "") + QByteArray::number(position);
    return QString::fromLatin1(text + ']');
}

inline QString jsonOf(const std::vector<QByteArray>& ids) {
    QByteArray text = "[";
    for (const QByteArray& id : ids) {
        text += text.size() > 1 ? "," : "";
        appendJsonString(text, id);
    }
    return utf8(text + ']');
}

} // namespace portolan
