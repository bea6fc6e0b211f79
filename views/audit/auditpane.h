#pragma once

#include "models/audit/auditfold.h"
#include "models/audit/auditmodels.h"
#include "views/audit/undoask.h"
#include "views/list/listpane.h"

#include <QTimer>

class QAction;
class QPushButton;

namespace portolan {

/// `Acts`, what people did first and then runs of programs, beside `Audit log`, the entries of the chosen one or all,
/// newest first; and `Undo…`. GUI thread.
class AuditPane final : public ListPane {
    Q_OBJECT
public:
    explicit AuditPane(QWidget* parent = nullptr);

    void setContext(const PaneContext& context) override;
    void setFilter(const Filter& filter) override;
    void refresh() override;
    void refreshAll() override;
    void setPaused(bool paused) override;
    void focusList() override;
    bool showPart(const QString& part) override; ///< every entry
    [[nodiscard]] bool isSettled() const override;

protected:
    void forget() override;
    [[nodiscard]] bool waits(const ListFrame* frame) const override { return frame == m_actFrame; }
    void rowLetGo(const ListFrame* frame) override;
    void resizeEvent(QResizeEvent* event) override;
    void showEvent(QShowEvent* event) override;

private:
    void arrange();
    void startFold();
    void foldOn();
    void adoptFold(const Result<AuditFoldProgress>& progress);
    void chooseAct(int row);
    void askEntries();
    void inspectEntry(int row);
    void askEntry(qint64 id);
    void showButton();
    /// An entry that `Undo…` is about.
    struct Chosen {
        qint64 id = 0;
        QByteArray subjectKind;
        QByteArray action;
    };

    Filter m_filter;
    std::shared_ptr<AuditFold> m_fold; ///< used on the query thread alone
    std::shared_ptr<AuditActListing> m_listing;
    AuditActModel m_acts;
    AuditModel m_entries;
    std::optional<AuditAct> m_act; ///< the chosen one
    AuditFoldProgress m_progress;
    bool m_isFolding = false;
    bool m_isPaused = false;
    QTimer m_again;
    RequestScope m_folder;

    ListFrame* m_actFrame;
    ListFrame* m_frame;
    UndoAsk m_undoing;
    QPushButton* m_undo;
    QPushButton* m_all;
    QAction* m_inMenu; ///< the same as m_undo, of the row
    std::optional<Chosen> m_chosen;
};

} // namespace portolan
