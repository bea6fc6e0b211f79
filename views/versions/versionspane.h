#pragma once

#include "models/versions/componentnames.h"
#include "models/versions/versionmodels.h"
#include "views/list/listpane.h"
#include "views/versions/checkpointactions.h"

class QPushButton;

namespace portolan {

/// Checkpoints, or components by type, by name above their versions, newest first. The Inspector shows a chosen version
/// whole and what changed since the one before it; of two chosen ones, what changed between them. `Compare` puts up to
/// four beside each other in a window of their own; a version of a checkpoint can be promoted, and given an expiry.
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

protected:
    void forget() override;
    void rowLetGo(const ListFrame* frame) override;

private:
    /// A version as its list names it.
    struct Named {
        QByteArray name;
        qint64 version = 0;
        friend bool operator==(const Named&, const Named&) = default;
    };
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
    QPushButton* m_compare;
    QPushButton* m_allNames;
    CheckpointActions* m_actions; ///< null for components
};

} // namespace portolan
