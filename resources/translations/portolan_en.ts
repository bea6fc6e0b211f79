<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>ChartLine</name>
    <message numerus="yes">
        <source>%n rows whose time cannot be read, as in &quot;%1&quot;</source>
        <translation>
            <numerusform>%n row whose time cannot be read, as in &quot;%1&quot;</numerusform>
            <numerusform>%n rows whose time cannot be read, as in &quot;%1&quot;</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n rows whose value is no finite number, as in &quot;%1&quot;</source>
        <translation>
            <numerusform>%n row whose value is no finite number, as in &quot;%1&quot;</numerusform>
            <numerusform>%n rows whose value is no finite number, as in &quot;%1&quot;</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ReportReading</name>
    <message numerus="yes">
        <source>%n more series have samples of this time; a filter chooses others.</source>
        <translation>
            <numerusform>%n more series has samples of this time; a filter chooses others.</numerusform>
            <numerusform>%n more series have samples of this time; a filter chooses others.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>SourceWords</name>
    <message numerus="yes">
        <source>The topic “%1” has %2 messages in %n partition(s).</source>
        <translation>
            <numerusform>The topic “%1” has %2 messages in one partition.</numerusform>
            <numerusform>The topic “%1” has %2 messages in %n partitions.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>portolan::BackupDialog</name>
    <message numerus="yes">
        <source>Back %n table(s) up</source>
        <translation>
            <numerusform>Back %n table up</numerusform>
            <numerusform>Back %n tables up</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>portolan::Closing</name>
    <message numerus="yes">
        <source>%n replay(s)</source>
        <translation>
            <numerusform>%n replay</numerusform>
            <numerusform>%n replays</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>portolan::HelpDialog</name>
    <message numerus="yes">
        <source>%n found</source>
        <translation>
            <numerusform>%n found</numerusform>
            <numerusform>%n found</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>portolan::MetricsPane</name>
    <message numerus="yes">
        <source>The first %n of the chosen series are drawn.</source>
        <translation>
            <numerusform>The first of the chosen series is drawn.</numerusform>
            <numerusform>The first %n of the chosen series are drawn.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>portolan::PagedModel</name>
    <message numerus="yes">
        <source>the newest %n samples, from %1 to %2</source>
        <translation>
            <numerusform>the newest sample, from %1 to %2</numerusform>
            <numerusform>the newest %n samples, from %1 to %2</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>portolan::RestoreDialog</name>
    <message numerus="yes">
        <source>Replace %n table(s) of %1</source>
        <translation>
            <numerusform>Replace %n table of %1</numerusform>
            <numerusform>Replace %n tables of %1</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Restore %n table(s)</source>
        <translation>
            <numerusform>Restore %n table</numerusform>
            <numerusform>Restore %n tables</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>portolan::SearchModel</name>
    <message numerus="yes">
        <source>%n found.</source>
        <translation>
            <numerusform>%n found.</numerusform>
            <numerusform>%n found.</numerusform>
        </translation>
    </message>
</context>
</TS>
