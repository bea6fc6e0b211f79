#include "tests/support/filtermaker.h"

namespace portolan::test {

QString FilterNesting::quoted(const QByteArray& utf8) {
    QString text = QString::fromUtf8(utf8);
    text.replace(u'\\', QStringLiteral("\\\\")).replace(u'"', QStringLiteral("\\\""));
    return u'"' + text + u'"';
}

QString FilterNesting::makeCondition(int depth) {
    constexpr int deepest = 4;
    switch (m_chance.below(depth < deepest ? 8 : 3)) {
    case 0:
        return QStringLiteral("not ") + makeTerm();
    case 1:
        return makePhrase();
    case 2:
        return makeTerm();
    case 3:
        return QStringLiteral("not (%1)").arg(makeCondition(depth + 1));
    case 4:
    case 5:
        return u'(' + makeCondition(depth + 1) + QStringLiteral(" or ") + makeCondition(depth + 1) + u')';
    default:
        return makeCondition(depth + 1) + u' ' + makeCondition(depth + 1);
    }
}

} // namespace portolan::test
