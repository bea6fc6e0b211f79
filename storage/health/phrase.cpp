#include "storage/health/phrase.h"

namespace portolan {

QString Phrase::filledInto(const QString& sentence) const {
    QString filled;
    for (qsizetype i = 0; i < sentence.size(); ++i) {
        const int value = sentence[i] == u'%' && i + 1 < sentence.size() ? sentence[i + 1].digitValue() : -1;
        if (value < 1 || value > values.size()) {
            filled += sentence[i];
            continue;
        }
        filled += values[value - 1];
        ++i;
    }
    return filled;
}

} // namespace portolan
