#pragma once

#include "storage/listing/filter.h"

#include <QLineEdit>
#include <QStringList>
#include <QTimer>

class QCompleter;
class QStringListModel;

namespace portolan {

/// The field `Filter`: reads what is typed against the listing's columns, a moment after the last key or at once on
/// Return. What is not a filter yet changes nothing; on Return it is answered with its mistake. Completes column names;
/// Down shows what was asked before.
class FilterLine : public QLineEdit {
    Q_OBJECT
public:
    explicit FilterLine(QWidget* parent = nullptr);

    /// The columns there are; borrowed. Null: the pane has nothing to filter.
    /// `text` stands there from now on, as if it had been applied.
    void setSchema(const ColumnSet* schema, const QString& text = {});
    void empty();                    ///< no filter any more, at once
    void apply(const QString& text); ///< filters by this, at once
    void setHistory(const QStringList& history);
    [[nodiscard]] const QStringList& history() const { return m_history; } ///< latest first

Q_SIGNALS:
    void filterChanged(const portolan::Filter& filter);
    void mistake(const QString& text); ///< empty: there is none any more
    void historyChanged(const QStringList& history);
    void left(); ///< Escape in an empty field

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    void typed();
    void applyTyped(bool asked);
    void complete();
    void showHistory();
    void remember();

    const ColumnSet* m_schema = nullptr;
    QTimer m_pause;
    QString m_applied;
    QStringList m_history;
    QStringListModel* m_proposals;
    QCompleter* m_completer;
};

} // namespace portolan
