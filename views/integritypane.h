#pragma once

#include "models/checkmodel.h"
#include "views/pane.h"

#include <QPointer>

class QLabel;
class QPushButton;
class QStackedLayout;

namespace portolan {

class CheckTable;
class ErrorBar;
class ProgressStrip;

/// `Checks`: what the store was verified for, found first. A finding leads to its rows. GUI thread.
class IntegrityPane final : public Pane {
    Q_OBJECT
public:
    explicit IntegrityPane(QWidget* parent = nullptr);

    void setChannel(Channel* channel) override;
    void setCheckDesk(CheckDesk* desk) override;
    void refresh() override {}    ///< verifying costs a pass over everything: only when asked for
    void refreshAll() override {} ///< the same: F5 is pressed lightly
    void setPaused(bool) override {}
    void setTimeDisplay(TimeDisplay display) override;
    [[nodiscard]] const FilterSchema* filterSchema() const override { return nullptr; }
    void setFilter(const Filter&) override {}
    void copyRows(bool withHeader) override;
    void focusList() override;
    [[nodiscard]] bool isSettled() const override;
    [[nodiscard]] int rowsShown() const override;
    [[nodiscard]] QByteArray saveLayout() const override { return {}; }
    void restoreLayout(const QByteArray&) override {}

private:
    QWidget* makeTitle();
    QWidget* makeButtons();
    QWidget* makeEmpty();
    void showState();
    void inspectRow();
    void showRows();
    [[nodiscard]] QString summary() const;

    QPointer<CheckDesk> m_desk;
    CheckModel m_model;
    TimeDisplay m_display = TimeDisplay::Utc;

    ErrorBar* m_error;
    QLabel* m_summary;
    ProgressStrip* m_progress;
    QStackedLayout* m_body;
    QLabel* m_emptyTitle;
    CheckTable* m_table;
    QPushButton* m_run;
    QPushButton* m_cancel;
    QPushButton* m_showRows;
};

} // namespace portolan
