#pragma once

#include "models/versions/componentnames.h"
#include "models/versions/versionmodels.h"
#include "views/list/listpane.h"
#include "views/versions/checkpointactions.h"

class QPushButton;
class QTabWidget;

namespace portolan {

class ChangesView;
class ScrollFrame;

/// Checkpoints, or components by type, beside the versions of the chosen one, newest first, and what changed in a
/// chosen version since the one before it; of two chosen ones, what changed between them. The Inspector shows it whole.
/// `Compare` puts up to four beside each other in a window of their own; a version of a checkpoint can be promoted, and
/// given an expiry.
class VersionsPane final : public ListPane {
    Q_OBJECT
public:
    explicit VersionsPane(Versioned kind, QWidget* parent = nullptr);

    void setContext(const PaneContext& context) override;
    void setTimeDisplay(TimeDisplay display) override;
    void setFilter(const Filter& filter) override;
    void focusList() override;
    bool showPart(const QString& part) override;
    /// Shows the versions of one name alone and chooses it in the list of names; inspects nothing.
    void showName(const QByteArray& name);
    /// Returns the parts about the chosen component, to which others can be added; null for checkpoints.
    [[nodiscard]] QTabWidget* details() const { return m_details; }
    void refreshNames() { m_names.refresh(); }
    void restoreLayout(const QByteArray& layout) override;

Q_SIGNALS:
    /// Another name is chosen, or none; `hasVersions`: it has a version that is inspected.
    void nameChosen(const QByteArray& name, bool hasVersions);

protected:
    void forget() override;
    void resizeEvent(QResizeEvent* event) override;
    void rowLetGo(const ListFrame* frame) override;

private:
    /// A version as its list names it.
    struct Named {
        QByteArray name;
        qint64 version = 0;
        friend bool operator==(const Named&, const Named&) = default;
    };
    QWidget* makeButtons();
    QWidget* makeDetail();
    void arrange();
    void showDifferences(const Inspection& inspection);
    [[nodiscard]] std::vector<Named> chosenVersions() const;
    [[nodiscard]] std::optional<CheckpointActions::Chosen> chosenForActions() const;
    void chooseName(int row);
    void showNameAndVersions();
    void toggleGroup(int row, bool open);
    void countNames();
    void chooseAgain();
    void showAll();
    void askVersions();
    void chooseVersions();
    void inspectVersion(const Named& version, const std::optional<Named>& other, qint64 size);
    void inspectWhole(const Named& version, const std::optional<Named>& other);
    void compare();
    void inspectAgainstTheOneThatCounts(const Named& version);
    void openComparison(const QByteArray& name, std::vector<qint64> versions);

    const Versioned m_kind;
    std::shared_ptr<ComponentNameListing> m_grouped; ///< null for checkpoints
    VersionModel m_names;
    VersionModel m_versions;
    Filter m_filter;
    QPersistentModelIndex m_nameRow; ///< of that name; not valid once the row is gone
    QByteArray m_name;               ///< the chosen one; empty: all
    RequestScope m_comparing;

    ListFrame* m_nameFrame;
    ListFrame* m_versionFrame;
    ChangesView* m_differences;
    ScrollFrame* m_detail; ///< the versions over the differences
    QTabWidget* m_details; ///< null for checkpoints
    QPushButton* m_compare;
    QPushButton* m_allNames;
    CheckpointActions* m_actions; ///< null for components
};

} // namespace portolan
