#pragma once

#include "tests/support/filledstores.h"

#include <QAbstractButton>
#include <QApplication>
#include <QDialog>
#include <QDirIterator>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPointer>
#include <QRegularExpression>
#include <map>
#include <set>

namespace portolan::test {

inline QString nameOf(const QAbstractButton* button) {
    return button->accessibleName().isEmpty() ? button->text() : button->accessibleName();
}

/// A dialog of the window goes by its class, another by its title as well.
inline QString nameOf(const QDialog* dialog) {
    const QString type = QString::fromLatin1(dialog->metaObject()->className()).section(QStringLiteral("::"), -1);
    return type.startsWith(u'Q') ? type + QStringLiteral(": ") + dialog->windowTitle() : type;
}

/// What the sources say that can be opened: classes of dialogs, and titles of the others where they are written down.
inline std::set<QString> dialogsOfSources() {
    static const QRegularExpression type(
        QStringLiteral("^class (\\w+)(?: final)? : public (?:QDialog|FieldOverList)\\b"),
        QRegularExpression::MultilineOption);
    static const QRegularExpression question(QStringLiteral("makeLineQuestion\\(\\s*tr\\(\"([^\"]+)\""));
    static const QRegularExpression files(QStringLiteral("new QFileDialog\\([^;]*?tr\\(\"([^\"]+)\""));
    std::set<QString> all;
    const auto add = [&](const QRegularExpression& pattern, const QString& text, const QString& prefix) {
        for (auto match = pattern.globalMatch(text); match.hasNext();)
            all.insert(prefix + match.next().captured(1));
    };
    for (const char* folder : {"/views", "/app"}) {
        QDirIterator each(QStringLiteral(PORTOLAN_SOURCE_DIR) + QLatin1String(folder),
                          {QStringLiteral("*.h"), QStringLiteral("*.cpp")}, QDir::Files, QDirIterator::Subdirectories);
        while (each.hasNext()) {
            const QString text = QString::fromUtf8(bytesOfFile(each.next()));
            add(type, text, {});
            add(question, text, QStringLiteral("QInputDialog: "));
            add(files, text, QStringLiteral("QFileDialog: "));
        }
    }
    all.erase(QStringLiteral("FieldOverList")); // a base alone
    return all;
}

inline QDialog* dialogAbove(const QDialog* below = nullptr) {
    for (QWidget* each : QApplication::topLevelWidgets()) {
        auto* const dialog = qobject_cast<QDialog*>(each);
        if (dialog && dialog != below && dialog->isVisible())
            return dialog;
    }
    return nullptr;
}

/// What a dialog looks up is there.
inline bool isSettled(const QDialog* dialog) {
    for (const QLabel* label : dialog->findChildren<QLabel*>()) {
        const bool looks = label->text().contains(QStringLiteral("being looked at"))
                           || label->text().startsWith(QStringLiteral("Looking at"));
        if (label->isVisible() && looks)
            return false;
    }
    return true;
}

/// All that stands in fields that can be written in.
inline std::map<QPointer<QWidget>, QString> writtenIn(const QWidget* window) {
    std::map<QPointer<QWidget>, QString> all;
    for (QLineEdit* each : window->findChildren<QLineEdit*>()) {
        if (each->isVisible() && each->isEnabled() && !each->isReadOnly())
            all[each] = each->text();
    }
    for (QPlainTextEdit* each : window->findChildren<QPlainTextEdit*>()) {
        if (each->isVisible() && each->isEnabled() && !each->isReadOnly())
            all[each] = each->toPlainText();
    }
    return all;
}

inline QString textOf(const QWidget* field) {
    const auto* const line = qobject_cast<const QLineEdit*>(field);
    return line ? line->text() : qobject_cast<const QPlainTextEdit*>(field)->toPlainText();
}

} // namespace portolan::test
