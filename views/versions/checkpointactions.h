#pragma once

#include "models/list/format.h"
#include "models/window/storecontroller.h"
#include "views/ask/productionconfirmation.h"

#include <QPointer>
#include <QWidget>
#include <optional>

class QLabel;
class QPushButton;

namespace portolan {

struct PaneContext;

/// The actions of an operator on a version of a checkpoint: the buttons, their dialogs, and a line that says what was
/// done and offers to undo it. GUI thread.
class CheckpointActions : public QObject {
    Q_OBJECT
public:
    /// A version as it stands in the list.
    struct Chosen {
        QByteArray name;
        qint64 version = 0;
        std::optional<Timestamp> expires;
    };

    /// The widgets are children of `pane`, which places them.
    explicit CheckpointActions(QWidget* pane);
    void setContext(const PaneContext& context);
    void setTimeDisplay(TimeDisplay display) { m_display = display; }
    /// Sets what the buttons are about; nothing: none, or several.
    void choose(const std::optional<Chosen>& chosen);

    [[nodiscard]] QPushButton* promoteButton() const { return m_promote; }
    [[nodiscard]] QPushButton* expiryButton() const { return m_expiry; }
    [[nodiscard]] QWidget* doneBar() const { return m_done; }

Q_SIGNALS:
    void notice(const QString& text);
    void changed(); ///< checkpoints are others than before

private:
    void openPromotion();
    void openExpiry();
    /// Only as long as `latest` is the one that counts.
    void promote(const StoreController::Version& version, qint64 latest, const QByteArray& reason);
    /// `before`: what is said of it now; `expected`: what has to be, where that is known for sure.
    void setExpiry(const StoreController::Version& version, Expiry expires, Expiry before,
                   const std::optional<Expiry>& expected, const QByteArray& reason);
    void say(const QString& text, const std::function<void()>& undo);
    void showButtons();

    QWidget* m_pane;
    ProductionConfirmation m_gate;
    StoreWorker* m_channel = nullptr;
    QPointer<StoreController> m_desk;
    TimeDisplay m_display = TimeDisplay::Utc;
    std::optional<Chosen> m_chosen;
    RequestScope m_comparing;
    std::function<void()> m_undo;

    QPushButton* m_promote;
    QPushButton* m_expiry;
    QWidget* m_done;
    QLabel* m_doneText;
    QPushButton* m_undoButton;
};

} // namespace portolan
