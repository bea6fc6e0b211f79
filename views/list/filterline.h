#pragma once

#include "storage/listing/filter.h"

#include <QLineEdit>
#include <QStringList>
#include <QTimer>

class QCompleter;
class QStringListModel;

namespace portolan {

/// The field `Filter`: reads what is typed against the listing's columns, a moment after the last key or at once on
/// Return. A text that is not a filter yet changes nothing; Return reports its mistake. Completes column names; Down
/// shows earlier filters.
class FilterLine : public QLineEdit {
    Q_OBJECT
public:
    explicit FilterLine(QWidget* parent = nullptr);

    /// Sets the columns to filter by; borrowed. Null: the pane has nothing to filter.
    /// Shows `text` as if it had been applied.
    void setSchema(const ColumnSet* schema, const QString& text = {});
    void empty();                    ///< removes the filter, at once
    void apply(const QString& text); ///< filters by this, at once
    void setHistory(const QStringList& history);
    /// Reads at once what is still being typed, as Return does. Returns false when it is no filter, which mistake()
    /// says.
    bool settle();
    /// Returns why the list does not show what the field says, in words; empty: it does.
    [[nodiscard]] const QString& pending() const { return m_pending; }
    [[nodiscard]] bool isBeingTyped() const { return m_pause.isActive(); }
    [[nodiscard]] const QStringList& history() const { return m_history; } ///< latest first

Q_SIGNALS:
    void filterChanged(const portolan::Filter& filter);
    void mistake(const QString& text);       ///< in words; empty: it is mended
    void pendingChanged(const QString& why); ///< as pending()
    void historyChanged(const QStringList& history);
    void left(); ///< Escape in an empty field

protected:
    bool event(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    void typed();
    bool applyTyped(bool asked);
    void setPending(const QString& why);
    [[nodiscard]] QAction* actionOfWindow(const QKeyEvent& key) const;
    void complete();
    void showHistory();
    void remember();

    const ColumnSet* m_schema = nullptr;
    QTimer m_pause;
    QString m_applied;
    QString m_pending;
    QStringList m_history;
    QStringListModel* m_proposals;
    QCompleter* m_completer;
};

} // namespace portolan
