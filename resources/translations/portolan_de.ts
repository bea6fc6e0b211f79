<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>Actions</name>
    <message>
        <source>Open a store…</source>
        <translation>Store öffnen…</translation>
    </message>
    <message>
        <source>Open a folder of batch files…</source>
        <translation>Ordner mit Batch-Dateien öffnen…</translation>
    </message>
    <message>
        <source>Open a database…</source>
        <translation>Datenbank öffnen…</translation>
    </message>
    <message>
        <source>Connect to a server…</source>
        <translation>Mit einem Server verbinden…</translation>
    </message>
    <message>
        <source>Open the sample pipeline</source>
        <translation>Beispiel-Pipeline öffnen</translation>
    </message>
    <message>
        <source>Go to the next open store</source>
        <translation>Zum nächsten offenen Store wechseln</translation>
    </message>
    <message>
        <source>Close this store</source>
        <translation>Diesen Store schließen</translation>
    </message>
    <message>
        <source>Start receiving from the last source</source>
        <translation>Empfang aus der letzten Quelle starten</translation>
    </message>
    <message>
        <source>Stop receiving now</source>
        <translation>Empfang jetzt beenden</translation>
    </message>
    <message>
        <source>Pause or resume receiving</source>
        <translation>Empfang anhalten oder fortsetzen</translation>
    </message>
    <message>
        <source>Receive from another source…</source>
        <translation>Aus einer anderen Quelle empfangen…</translation>
    </message>
    <message>
        <source>Go to the filter</source>
        <translation>Zum Filter gehen</translation>
    </message>
    <message>
        <source>Remove the filter</source>
        <translation>Filter entfernen</translation>
    </message>
    <message>
        <source>Search everything…</source>
        <translation>Alles durchsuchen…</translation>
    </message>
    <message>
        <source>Read again</source>
        <translation>Neu einlesen</translation>
    </message>
    <message>
        <source>Pause or resume the live view</source>
        <translation>Live-Ansicht anhalten oder fortsetzen</translation>
    </message>
    <message>
        <source>Export rows to a file…</source>
        <translation>Zeilen in eine Datei exportieren…</translation>
    </message>
    <message>
        <source>Report of this store…</source>
        <translation>Bericht über diesen Store…</translation>
    </message>
    <message>
        <source>Copy the selected rows</source>
        <translation>Ausgewählte Zeilen kopieren</translation>
    </message>
    <message>
        <source>Copy the selected rows with their header</source>
        <translation>Ausgewählte Zeilen mit Kopfzeile kopieren</translation>
    </message>
    <message>
        <source>Show times in UTC or local time</source>
        <translation>Zeiten in UTC oder Ortszeit anzeigen</translation>
    </message>
    <message>
        <source>Theme: light</source>
        <translation>Farbschema: hell</translation>
    </message>
    <message>
        <source>Theme: dark</source>
        <translation>Farbschema: dunkel</translation>
    </message>
    <message>
        <source>Theme: as the desktop</source>
        <translation>Farbschema: wie die Arbeitsumgebung</translation>
    </message>
    <message>
        <source>Larger text</source>
        <translation>Größere Schrift</translation>
    </message>
    <message>
        <source>Smaller text</source>
        <translation>Kleinere Schrift</translation>
    </message>
    <message>
        <source>Text of normal size</source>
        <translation>Normale Schriftgröße</translation>
    </message>
    <message>
        <source>All commands</source>
        <translation>Alle Befehle</translation>
    </message>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>Tastenkürzel</translation>
    </message>
    <message>
        <source>About Portolan, and diagnostics</source>
        <translation>Über Portolan und Diagnose</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Beenden</translation>
    </message>
    <message>
        <source>Settings…</source>
        <translation>Einstellungen…</translation>
    </message>
    <message>
        <source>Help: this pane</source>
        <translation>Hilfe: diese Ansicht</translation>
    </message>
    <message>
        <source>User guide</source>
        <translation>Handbuch</translation>
    </message>
    <message>
        <source>Alerts of this store…</source>
        <translation>Alarme dieses Stores…</translation>
    </message>
    <message>
        <source>Import a file…</source>
        <translation>Datei importieren…</translation>
    </message>
    <message>
        <source>Undo what you did last…</source>
        <translation>Zuletzt Getanes rückgängig machen…</translation>
    </message>
    <message>
        <source>Show only the time between…</source>
        <translation>Nur die Zeit zwischen … zeigen</translation>
    </message>
    <message>
        <source>Show all times</source>
        <translation>Alle Zeiten zeigen</translation>
    </message>
    <message>
        <source>Report of yesterday as PDF…</source>
        <translation>Bericht von gestern als PDF …</translation>
    </message>
    <message>
        <source>Language…</source>
        <translation>Sprache …</translation>
    </message>
</context>
<context>
    <name>Alerts</name>
    <message>
        <source>Dead letters rising</source>
        <translation>Dead Letters nehmen zu</translation>
    </message>
    <message>
        <source>Component silent</source>
        <translation>Komponente stumm</translation>
    </message>
    <message>
        <source>Messages waiting</source>
        <translation>Nachrichten warten</translation>
    </message>
    <message>
        <source>Messages rejected</source>
        <translation>Nachrichten abgewiesen</translation>
    </message>
    <message>
        <source>Receiver stopped</source>
        <translation>Empfänger angehalten</translation>
    </message>
    <message>
        <source>Disk low</source>
        <translation>Wenig Speicherplatz</translation>
    </message>
    <message>
        <source>Server or disk in trouble</source>
        <translation>Server oder Platte in Not</translation>
    </message>
    <message>
        <source>No backup proved for a week</source>
        <translation>Seit einer Woche keine Sicherung geprüft</translation>
    </message>
    <message>
        <source>0 s</source>
        <translation>0 s</translation>
    </message>
    <message>
        <source>%1 MiB</source>
        <translation>%1 MiB</translation>
    </message>
    <message>
        <source>○ off</source>
        <translation>○ aus</translation>
    </message>
    <message>
        <source>? not known</source>
        <translation>? unbekannt</translation>
    </message>
    <message>
        <source>● ok</source>
        <translation>● in Ordnung</translation>
    </message>
    <message>
        <source>✖ firing</source>
        <translation>✖ ausgelöst</translation>
    </message>
    <message>
        <source>▲ acknowledged</source>
        <translation>▲ bestätigt</translation>
    </message>
    <message>
        <source>stopped</source>
        <translation>angehalten</translation>
    </message>
    <message>
        <source>below %1</source>
        <translation>unter %1</translation>
    </message>
    <message>
        <source>from %1 on</source>
        <translation>ab %1</translation>
    </message>
    <message>
        <source> in %1</source>
        <translation> in %1</translation>
    </message>
    <message>
        <source>Disk full within a month</source>
        <translation>Platte in einem Monat voll</translation>
    </message>
    <message>
        <source>Questions slow</source>
        <translation>Fragen langsam</translation>
    </message>
    <message>
        <source>Questions failing</source>
        <translation>Fragen scheitern</translation>
    </message>
</context>
<context>
    <name>Audit</name>
    <message>
        <source>People</source>
        <translation>Menschen</translation>
    </message>
    <message>
        <source>Programs</source>
        <translation>Programme</translation>
    </message>
</context>
<context>
    <name>ChartLine</name>
    <message numerus="yes">
        <source>%n rows whose time cannot be read, as in &quot;%1&quot;</source>
        <translation>
            <numerusform>%n Zeile, deren Zeit nicht lesbar ist, wie „%1“</numerusform>
            <numerusform>%n Zeilen, deren Zeit nicht lesbar ist, wie „%1“</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n rows whose value is no finite number, as in &quot;%1&quot;</source>
        <translation>
            <numerusform>%n Zeile, deren Wert keine endliche Zahl ist, wie „%1“</numerusform>
            <numerusform>%n Zeilen, deren Wert keine endliche Zahl ist, wie „%1“</numerusform>
        </translation>
    </message>
    <message>
        <source>Left out of %1: %2.</source>
        <translation>In %1 fehlen: %2.</translation>
    </message>
    <message>
        <source>Left out of %1: %2 (and perhaps more).</source>
        <translation>In %1 fehlen: %2 (und vielleicht mehr).</translation>
    </message>
</context>
<context>
    <name>ChartMarker</name>
    <message>
        <source>%1 dead letters, more than usual</source>
        <translation>%1 Dead Letters, mehr als üblich</translation>
    </message>
    <message>
        <source>Checkpoint %1</source>
        <translation>Checkpoint %1</translation>
    </message>
    <message>
        <source>%1 checkpoints</source>
        <translation>%1 Checkpoints</translation>
    </message>
    <message>
        <source>State of %1</source>
        <translation>Zustand von %1</translation>
    </message>
    <message>
        <source>%1 states of components</source>
        <translation>%1 Zustände von Komponenten</translation>
    </message>
    <message>
        <source>Replay: %1</source>
        <translation>Rückspielung: %1</translation>
    </message>
    <message>
        <source>%1 replays</source>
        <translation>%1 Rückspielungen</translation>
    </message>
</context>
<context>
    <name>ChartScale</name>
    <message>
        <source>d MMM</source>
        <extracomment>A day and its month, in the signs of QDate::toString().</extracomment>
        <translation>d. MMM</translation>
    </message>
</context>
<context>
    <name>Columns</name>
    <message>
        <source>Archived</source>
        <translation>Archiviert</translation>
    </message>
    <message>
        <source>Message</source>
        <translation>Nachricht</translation>
    </message>
    <message>
        <source>Cause</source>
        <translation>Ursache</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>Grund</translation>
    </message>
    <message>
        <source>By</source>
        <translation>Wer</translation>
    </message>
    <message>
        <source>Restored</source>
        <translation>Wiederhergestellt</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>Zeit</translation>
    </message>
    <message>
        <source>Action</source>
        <translation>Aktion</translation>
    </message>
    <message>
        <source>Subject</source>
        <translation>Gegenstand</translation>
    </message>
    <message>
        <source>Id</source>
        <translation>ID</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>Lauf</translation>
    </message>
    <message>
        <source>Batch</source>
        <translation>Batch</translation>
    </message>
    <message>
        <source>File name</source>
        <translation>Dateiname</translation>
    </message>
    <message>
        <source>Messages</source>
        <translation>Nachrichten</translation>
    </message>
    <message>
        <source>First</source>
        <translation>Erste</translation>
    </message>
    <message>
        <source>Last</source>
        <translation>Letzte</translation>
    </message>
    <message>
        <source>Size (B)</source>
        <translation>Größe (B)</translation>
    </message>
    <message>
        <source>Modified</source>
        <translation>Geändert</translation>
    </message>
    <message>
        <source>Created</source>
        <translation>Erstellt</translation>
    </message>
    <message>
        <source>Number</source>
        <translation>Nummer</translation>
    </message>
    <message>
        <source>Content</source>
        <translation>Inhalt</translation>
    </message>
    <message>
        <source>From</source>
        <translation>Von</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>Schlüssel</translation>
    </message>
    <message>
        <source>Put back</source>
        <translation>Zurückgebracht</translation>
    </message>
    <message>
        <source>Payload</source>
        <translation>Nutzdaten</translation>
    </message>
    <message>
        <source>Detected</source>
        <translation>Erkannt</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>Art</translation>
    </message>
    <message>
        <source>Missing</source>
        <translation>Fehlend</translation>
    </message>
    <message>
        <source>Closed</source>
        <translation>Geschlossen</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>Einzelheiten</translation>
    </message>
    <message>
        <source>Port</source>
        <translation>Port</translation>
    </message>
    <message>
        <source>Tries</source>
        <translation>Versuche</translation>
    </message>
    <message>
        <source>Of</source>
        <translation>von</translation>
    </message>
    <message>
        <source>Error</source>
        <translation>Fehler</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Zustand</translation>
    </message>
    <message>
        <source>Frozen</source>
        <translation>Eingefroren</translation>
    </message>
    <message>
        <source>Pending</source>
        <translation>Wartend</translation>
    </message>
    <message>
        <source>Completed</source>
        <translation>Erledigt</translation>
    </message>
    <message>
        <source>Failed again</source>
        <translation>Gleicher Fehler</translation>
    </message>
    <message>
        <source>Failed anew</source>
        <translation>Anderer Fehler</translation>
    </message>
    <message>
        <source>Skipped</source>
        <translation>Übersprungen</translation>
    </message>
    <message>
        <source>Recalled</source>
        <translation>Zurückgeholt</translation>
    </message>
    <message>
        <source>Vanished</source>
        <translation>Verschwunden</translation>
    </message>
    <message>
        <source>Not sent</source>
        <translation>Nicht gesendet</translation>
    </message>
    <message>
        <source>Count</source>
        <translation>Anzahl</translation>
    </message>
    <message>
        <source>24 hours</source>
        <translation>24 Stunden</translation>
    </message>
    <message>
        <source>Last seen</source>
        <translation>Zuletzt</translation>
    </message>
    <message>
        <source>First seen</source>
        <translation>Zuerst</translation>
    </message>
    <message>
        <source>Type</source>
        <translation>Typ</translation>
    </message>
    <message>
        <source>Outcome</source>
        <translation>Ergebnis</translation>
    </message>
    <message>
        <source>Why</source>
        <translation>Warum</translation>
    </message>
    <message>
        <source>Measured</source>
        <translation>Gemessen</translation>
    </message>
    <message>
        <source>Sensor</source>
        <translation>Sensor</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>Wert</translation>
    </message>
    <message>
        <source>Lag (s)</source>
        <translation>Verzug (s)</translation>
    </message>
    <message>
        <source>Event</source>
        <translation>Ereignis</translation>
    </message>
    <message>
        <source>Partition</source>
        <translation>Partition</translation>
    </message>
    <message>
        <source>Offset</source>
        <translation>Offset</translation>
    </message>
    <message>
        <source>Processed</source>
        <translation>Verarbeitet</translation>
    </message>
    <message>
        <source>Stored</source>
        <translation>Gespeichert</translation>
    </message>
    <message>
        <source>Metric</source>
        <translation>Metrik</translation>
    </message>
    <message>
        <source>Newest value</source>
        <translation>Neuester Wert</translation>
    </message>
    <message>
        <source>Newest event</source>
        <translation>Neuestes Ereignis</translation>
    </message>
    <message>
        <source>Component</source>
        <translation>Komponente</translation>
    </message>
    <message>
        <source>Last report</source>
        <translation>Letzte Meldung</translation>
    </message>
    <message>
        <source>Silent after (s)</source>
        <translation>Stumm nach (s)</translation>
    </message>
    <message>
        <source>Last 60 min</source>
        <translation>Letzte 60 min</translation>
    </message>
    <message>
        <source>○ Pending</source>
        <translation>○ Wartend</translation>
    </message>
    <message>
        <source>◐ Processing</source>
        <translation>◐ In Arbeit</translation>
    </message>
    <message>
        <source>● Completed</source>
        <translation>● Erledigt</translation>
    </message>
    <message>
        <source>▲ Failed</source>
        <translation>▲ Fehlgeschlagen</translation>
    </message>
    <message>
        <source>✖ Dead letters</source>
        <translation>✖ Dead Letters</translation>
    </message>
    <message>
        <source>Oldest pending</source>
        <translation>Älteste wartende</translation>
    </message>
    <message>
        <source>Last activity</source>
        <translation>Letzte Aktivität</translation>
    </message>
    <message>
        <source>Status</source>
        <translation>Status</translation>
    </message>
    <message>
        <source>Data</source>
        <translation>Daten</translation>
    </message>
    <message>
        <source>Retries</source>
        <translation>Wiederholungen</translation>
    </message>
    <message>
        <source>To</source>
        <translation>An</translation>
    </message>
    <message>
        <source>Series</source>
        <translation>Reihe</translation>
    </message>
    <message>
        <source>Newest</source>
        <translation>Neuester</translation>
    </message>
    <message>
        <source>Age</source>
        <translation>Alter</translation>
    </message>
    <message>
        <source>Table</source>
        <translation>Tabelle</translation>
    </message>
    <message>
        <source>Rows (about)</source>
        <translation>Zeilen (etwa)</translation>
    </message>
    <message>
        <source>Zone</source>
        <translation>Zone</translation>
    </message>
    <message>
        <source>Columns</source>
        <translation>Spalten</translation>
    </message>
    <message>
        <source>Indexes</source>
        <translation>Indizes</translation>
    </message>
    <message>
        <source>Partitions</source>
        <translation>Partitionen</translation>
    </message>
    <message>
        <source>Primary key</source>
        <translation>Primärschlüssel</translation>
    </message>
    <message>
        <source>Checkpoint</source>
        <translation>Checkpoint</translation>
    </message>
    <message>
        <source>Latest</source>
        <translation>Neueste</translation>
    </message>
    <message>
        <source>Versions</source>
        <translation>Versionen</translation>
    </message>
    <message>
        <source>Expires</source>
        <translation>Läuft ab</translation>
    </message>
    <message>
        <source>Version</source>
        <translation>Version</translation>
    </message>
    <message>
        <source>Mark</source>
        <translation>Marke</translation>
    </message>
    <message>
        <source>Updated</source>
        <translation>Aktualisiert</translation>
    </message>
    <message>
        <source>Since the one before</source>
        <translation>Seit der vorigen</translation>
    </message>
    <message>
        <source>Reports up to now</source>
        <translation>Meldungen bis jetzt</translation>
    </message>
    <message>
        <source>Sink</source>
        <translation>Sink</translation>
    </message>
    <message>
        <source>Metadata</source>
        <translation>Metadaten</translation>
    </message>
    <message>
        <source>Died</source>
        <translation>Gestorben</translation>
    </message>
    <message>
        <source>Pending since</source>
        <translation>Wartet seit</translation>
    </message>
    <message>
        <source>Problem</source>
        <translation>Problem</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Getan</translation>
    </message>
    <message>
        <source>Last sign</source>
        <translation>Lebenszeichen</translation>
    </message>
    <message>
        <source>Ended</source>
        <translation>Beendet</translation>
    </message>
    <message>
        <source>Description</source>
        <translation>Beschreibung</translation>
    </message>
    <message>
        <source>Applied</source>
        <translation>Angewandt</translation>
    </message>
    <message>
        <source>Checksum</source>
        <translation>Prüfsumme</translation>
    </message>
    <message>
        <source>Result</source>
        <translation>Ergebnis</translation>
    </message>
    <message>
        <source>Verified</source>
        <translation>Geprüft</translation>
    </message>
    <message>
        <source>Rows</source>
        <translation>Zeilen</translation>
    </message>
    <message>
        <source>Bytes</source>
        <translation>Bytes</translation>
    </message>
    <message>
        <source>Schema</source>
        <translation>Schema</translation>
    </message>
    <message>
        <source>File</source>
        <translation>Datei</translation>
    </message>
    <message>
        <source>Rule</source>
        <translation>Regel</translation>
    </message>
    <message>
        <source>On</source>
        <translation>An</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>Aufbewahren</translation>
    </message>
    <message>
        <source>Keep newest</source>
        <translation>Neueste</translation>
    </message>
    <message>
        <source>Filter</source>
        <translation>Filter</translation>
    </message>
    <message>
        <source>Last run</source>
        <translation>Zuletzt</translation>
    </message>
    <message>
        <source>Urgency</source>
        <translation>Eile</translation>
    </message>
    <message>
        <source>Found</source>
        <translation>Gefunden</translation>
    </message>
    <message>
        <source>What to do</source>
        <translation>Was zu tun ist</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Command</source>
        <translation>Befehl</translation>
    </message>
    <message>
        <source>When</source>
        <translation>Wann</translation>
    </message>
    <message>
        <source>Next run</source>
        <translation>Nächster Lauf</translation>
    </message>
    <message>
        <source>Run now by</source>
        <translation>Läuft bei</translation>
    </message>
    <message>
        <source>Difference</source>
        <translation>Unterschied</translation>
    </message>
    <message>
        <source>Act</source>
        <translation>Handlung</translation>
    </message>
    <message>
        <source>Entries</source>
        <translation>Einträge</translation>
    </message>
    <message>
        <source>Within</source>
        <translation>Innerhalb</translation>
    </message>
    <message>
        <source>Changed</source>
        <translation>Geändert</translation>
    </message>
</context>
<context>
    <name>Compared</name>
    <message>
        <source>The store has every row as it is in %1: %2 rows are alike.</source>
        <translation>Der Store hat jede Zeile so, wie sie in %1 ist: %2 Zeilen sind gleich.</translation>
    </message>
    <message>
        <source>%1 rows alike, %2 different from %3: %4 changed, %5 missing in the store, %6 in the store alone.</source>
        <translation>%1 Zeilen gleich, %2 anders als in %3: %4 geändert, %5 fehlen im Store, %6 nur im Store.</translation>
    </message>
    <message>
        <source>Listed are the first %1 of each kind in each table; `portolan compare` prints all.</source>
        <translation>In der Liste sind die ersten %1 jeder Art in jeder Tabelle; `portolan compare` druckt alle.</translation>
    </message>
    <message>
        <source>Not compared: %1</source>
        <translation>Nicht verglichen: %1</translation>
    </message>
    <message>
        <source>In the backup</source>
        <translation>In der Sicherung</translation>
    </message>
    <message>
        <source>In the store</source>
        <translation>Im Store</translation>
    </message>
</context>
<context>
    <name>Comparison</name>
    <message>
        <source>+ added</source>
        <translation>+ hinzugefügt</translation>
    </message>
    <message>
        <source>− removed</source>
        <translation>− entfernt</translation>
    </message>
    <message>
        <source>± changed</source>
        <translation>± geändert</translation>
    </message>
    <message>
        <source>± within</source>
        <translation>± darin</translation>
    </message>
    <message>
        <source>⋯ %1 unchanged</source>
        <translation>⋯ %1 unverändert</translation>
    </message>
    <message>
        <source>the document</source>
        <translation>das Dokument</translation>
    </message>
    <message>
        <source>%1 changed</source>
        <translation>%1 geändert</translation>
    </message>
    <message>
        <source>%1 added</source>
        <translation>%1 hinzugefügt</translation>
    </message>
    <message>
        <source>%1 removed</source>
        <translation>%1 entfernt</translation>
    </message>
    <message>
        <source>They were not compared to their end.</source>
        <translation>Sie wurden nicht bis zum Ende verglichen.</translation>
    </message>
    <message>
        <source>They mean the same.</source>
        <translation>Sie bedeuten dasselbe.</translation>
    </message>
    <message>
        <source>%1, and more that is not shown</source>
        <translation>%1 und mehr, was nicht gezeigt wird</translation>
    </message>
</context>
<context>
    <name>DeadLetterStory</name>
    <message>
        <source>%1 of %2 completed</source>
        <translation>%1 von %2 erledigt</translation>
    </message>
    <message>
        <source>%1 still pending</source>
        <translation>%1 noch offen</translation>
    </message>
    <message>
        <source>%1 died again</source>
        <translation>%1 wieder gestorben</translation>
    </message>
    <message>
        <source>%1 recalled</source>
        <translation>%1 zurückgeholt</translation>
    </message>
    <message>
        <source>%1 skipped</source>
        <translation>%1 übergangen</translation>
    </message>
    <message>
        <source>%1 not put back yet</source>
        <translation>%1 noch nicht zurückgelegt</translation>
    </message>
    <message>
        <source>none for %1</source>
        <translation>keine seit %1</translation>
    </message>
    <message>
        <source>%1 replayed before, %2 died again</source>
        <translation>%1 schon zurückgespielt, %2 wieder gestorben</translation>
    </message>
    <message>
        <source>never replayed</source>
        <translation>nie zurückgespielt</translation>
    </message>
    <message>
        <source>more than %1 different values</source>
        <translation>mehr als %1 verschiedene Werte</translation>
    </message>
    <message>
        <source>%1 different values</source>
        <translation>%1 verschiedene Werte</translation>
    </message>
    <message>
        <source>%1 more</source>
        <translation>%1 weitere</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 von %2</translation>
    </message>
    <message>
        <source>%1 = %2 in %3, in %4 completed</source>
        <translation>%1 = %2 in %3, in %4 erledigten</translation>
    </message>
    <message>
        <source>no %1 in %2, in %3 completed</source>
        <translation>kein %1 in %2, in %3 erledigten</translation>
    </message>
    <message>
        <source>all %1 letters</source>
        <translation>alle %1 Letters</translation>
    </message>
    <message>
        <source>the newest %1 letters</source>
        <translation>die neuesten %1 Letters</translation>
    </message>
    <message>
        <source>Looked at %1. No message of this port has completed, so there is nothing to compare with.</source>
        <translation>Angesehen: %1. Keine Nachricht dieses Ports ist erledigt, es gibt also nichts zu vergleichen.</translation>
    </message>
    <message>
        <source>Looked at %1 so far…</source>
        <translation>Bisher angesehen: %1 …</translation>
    </message>
    <message>
        <source>all %1 completed messages of the port</source>
        <translation>alle %1 erledigten Nachrichten des Ports</translation>
    </message>
    <message>
        <source>the newest %1 completed messages of the port</source>
        <translation>die neuesten %1 erledigten Nachrichten des Ports</translation>
    </message>
    <message>
        <source>Looked at %1 and %2.</source>
        <translation>Angesehen: %1 und %2.</translation>
    </message>
    <message>
        <source>Looked at %1 and %2 so far…</source>
        <translation>Bisher angesehen: %1 und %2 …</translation>
    </message>
    <message>
        <source>last replay %1: %2</source>
        <translation>zuletzt zurückgespielt %1: %2</translation>
    </message>
    <message>
        <source>still dying: the last %1</source>
        <translation>stirbt weiter: zuletzt %1</translation>
    </message>
    <message>
        <source>%1 It changes all the time.</source>
        <translation>%1 Das ändert sich ständig.</translation>
    </message>
</context>
<context>
    <name>Dialogs</name>
    <message>
        <source>Reason</source>
        <translation>Grund</translation>
    </message>
    <message>
        <source>It goes into the audit</source>
        <translation>Wird im Audit vermerkt</translation>
    </message>
    <message>
        <source>Why</source>
        <translation>Warum</translation>
    </message>
    <message>
        <source>File</source>
        <translation>Datei</translation>
    </message>
    <message>
        <source>Browse…</source>
        <translation>Durchsuchen…</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
</context>
<context>
    <name>Errors</name>
    <message>
        <source>This kind of store is not measured.</source>
        <translation>Diese Art von Store wird nicht gemessen.</translation>
    </message>
    <message>
        <source>A report has no section &quot;%1&quot;; it has %2.</source>
        <translation>Ein Bericht hat keinen Abschnitt „%1“; er hat %2.</translation>
    </message>
    <message>
        <source>The end of the report&apos;s time is not after its beginning.</source>
        <translation>Das Ende der Zeit des Berichts liegt nicht nach ihrem Anfang.</translation>
    </message>
    <message>
        <source>This kind of store has no such rows.</source>
        <translation>Diese Art von Store hat keine solchen Zeilen.</translation>
    </message>
    <message>
        <source>The items of a replay are listed in their order alone.</source>
        <translation>Die Posten einer Rückspielung lassen sich nur in ihrer eigenen Reihenfolge auflisten.</translation>
    </message>
    <message>
        <source>This kind of store has no tables.</source>
        <translation>Diese Art von Store hat keine Tabellen.</translation>
    </message>
    <message>
        <source>The columns of %1 have changed; choose it again.</source>
        <translation>Die Spalten von %1 haben sich geändert; bitte neu auswählen.</translation>
    </message>
    <message>
        <source>Cannot write %1: %2.</source>
        <translation>%1 kann nicht geschrieben werden: %2.</translation>
    </message>
    <message>
        <source>The row is no longer there.</source>
        <translation>Die Zeile ist nicht mehr da.</translation>
    </message>
</context>
<context>
    <name>EventFlow</name>
    <message>
        <source>%1%2 in the last minute</source>
        <translation>%1%2 in der letzten Minute</translation>
    </message>
    <message>
        <source>newest event %1 old</source>
        <translation>neuestes Ereignis vor %1</translation>
    </message>
    <message>
        <source>processed %1 s after it was measured</source>
        <translation>%1 s nach der Messung verarbeitet</translation>
    </message>
    <message>
        <source>No events yet</source>
        <translation>Noch keine Ereignisse</translation>
    </message>
    <message>
        <source>Event %1</source>
        <translation>Ereignis %1</translation>
    </message>
    <message>
        <source>Sensor</source>
        <translation>Sensor</translation>
    </message>
    <message>
        <source>Measured</source>
        <translation>Gemessen</translation>
    </message>
    <message>
        <source>Stored</source>
        <translation>Gespeichert</translation>
    </message>
    <message>
        <source>Processed</source>
        <translation>Verarbeitet</translation>
    </message>
    <message>
        <source>not in processed_events</source>
        <translation>nicht in processed_events</translation>
    </message>
    <message>
        <source>Partition</source>
        <translation>Partition</translation>
    </message>
    <message>
        <source>Offset</source>
        <translation>Offset</translation>
    </message>
    <message>
        <source>Row</source>
        <translation>Zeile</translation>
    </message>
    <message>
        <source>newest event just now</source>
        <translation>neuestes Ereignis gerade eben</translation>
    </message>
</context>
<context>
    <name>Figures</name>
    <message>
        <source>%1 y</source>
        <translation>%1 J</translation>
    </message>
    <message>
        <source>%1 d</source>
        <translation>%1 d</translation>
    </message>
    <message>
        <source>%1 h</source>
        <translation>%1 h</translation>
    </message>
    <message>
        <source>%1 min</source>
        <translation>%1 min</translation>
    </message>
    <message>
        <source>%1 s</source>
        <translation>%1 s</translation>
    </message>
    <message>
        <source>in %1</source>
        <translation>in %1</translation>
    </message>
    <message>
        <source>now</source>
        <translation>jetzt</translation>
    </message>
    <message>
        <source>%1 and %2 more</source>
        <translation>%1 und %2 weitere</translation>
    </message>
    <message>
        <source>Not counted by the minute.</source>
        <translation>Nicht je Minute gezählt.</translation>
    </message>
    <message>
        <source>%1 messages in %2 min, at most %3 in one, %4 in this one</source>
        <translation>%1 Nachrichten in %2 min, höchstens %3 in einer, %4 in dieser</translation>
    </message>
    <message>
        <source>1 year</source>
        <translation>1 Jahr</translation>
    </message>
    <message>
        <source>%1 years</source>
        <translation>%1 Jahre</translation>
    </message>
    <message>
        <source>1 day</source>
        <translation>1 Tag</translation>
    </message>
    <message>
        <source>%1 days</source>
        <translation>%1 Tage</translation>
    </message>
    <message>
        <source>1 hour</source>
        <translation>1 Stunde</translation>
    </message>
    <message>
        <source>%1 hours</source>
        <translation>%1 Stunden</translation>
    </message>
    <message>
        <source>1 minute</source>
        <translation>1 Minute</translation>
    </message>
    <message>
        <source>%1 minutes</source>
        <translation>%1 Minuten</translation>
    </message>
    <message>
        <source>1 second</source>
        <translation>1 Sekunde</translation>
    </message>
    <message>
        <source>%1 seconds</source>
        <translation>%1 Sekunden</translation>
    </message>
    <message>
        <source>just now</source>
        <translation>gerade eben</translation>
    </message>
    <message>
        <source>%1 ago</source>
        <translation>vor %1</translation>
    </message>
</context>
<context>
    <name>Findings</name>
    <message>
        <source>%1 MiB are free, %2 %.</source>
        <translation>%1 MiB sind frei, %2 %.</translation>
    </message>
    <message>
        <source>%1 MiB are free, %2 %; another copy of the data (%3 MiB) has no room.</source>
        <translation>%1 MiB sind frei, %2 %; eine weitere Kopie der Daten (%3 MiB) hat keinen Platz.</translation>
    </message>
    <message>
        <source>Make room: `portolan retain --dry-run` tells what may go. A full disk stops receiving.</source>
        <translation>Platz schaffen: `portolan retain --dry-run` sagt, was gehen kann. Eine volle Platte hält den Empfang an.</translation>
    </message>
    <message>
        <source>It was not looked at: %1</source>
        <translation>Es wurde nicht angesehen: %1</translation>
    </message>
    <message>
        <source>Mend that, and look again: nobody knows until then.</source>
        <translation>Das beheben und noch einmal nachsehen: bis dahin weiß es niemand.</translation>
    </message>
    <message>
        <source>There are %1.</source>
        <translation>Es sind %1.</translation>
    </message>
    <message>
        <source>There are at least %1.</source>
        <translation>Es sind mindestens %1.</translation>
    </message>
    <message>
        <source>open rejects</source>
        <translation>offene Zurückgewiesene</translation>
    </message>
    <message>
        <source>`portolan list rejects` says why; `portolan rejects retry` tries them again.</source>
        <translation>`portolan list rejects` sagt warum; `portolan rejects retry` versucht sie noch einmal.</translation>
    </message>
    <message>
        <source>open gaps</source>
        <translation>offene Lücken</translation>
    </message>
    <message>
        <source>`portolan list gaps` has the numbers; ask the producer for them.</source>
        <translation>`portolan list gaps` hat die Nummern; beim Erzeuger nach ihnen fragen.</translation>
    </message>
    <message>
        <source>running jobs whose program is silent</source>
        <translation>laufende Jobs, deren Programm schweigt</translation>
    </message>
    <message>
        <source>Their program died or hangs: `portolan list jobs`, then `portolan replay --resume`.</source>
        <translation>Ihr Programm starb oder hängt: `portolan list jobs`, dann `portolan replay --resume`.</translation>
    </message>
    <message>
        <source>unfinished replay runs</source>
        <translation>unfertige Läufe</translation>
    </message>
    <message>
        <source>`portolan replay --resume RUN` goes on, `--cancel RUN` ends it.</source>
        <translation>`portolan replay --resume LAUF` macht weiter, `--cancel LAUF` beendet ihn.</translation>
    </message>
    <message>
        <source>replay runs never started</source>
        <translation>nie begonnene Läufe</translation>
    </message>
    <message>
        <source>`portolan replay --cancel RUN` lets go of them.</source>
        <translation>`portolan replay --cancel LAUF` gibt sie frei.</translation>
    </message>
    <message>
        <source>backups</source>
        <translation>Sicherungen</translation>
    </message>
    <message>
        <source>There is none.</source>
        <translation>Es gibt keine.</translation>
    </message>
    <message>
        <source>`portolan backup` makes one.</source>
        <translation>`portolan backup` macht eine.</translation>
    </message>
    <message>
        <source>None was ever proved.</source>
        <translation>Noch nie wurde eine geprüft.</translation>
    </message>
    <message>
        <source>The last one was proved at %1.</source>
        <translation>Die letzte wurde am %1 geprüft.</translation>
    </message>
    <message>
        <source>`portolan backup` makes a new one; `portolan verify-backup` proves one again.</source>
        <translation>`portolan backup` macht eine neue; `portolan verify-backup` prüft eine noch einmal.</translation>
    </message>
    <message>
        <source>process %1 (%2)</source>
        <translation>Prozess %1 (%2)</translation>
    </message>
    <message>
        <source>process %1 (%2, %3)</source>
        <translation>Prozess %1 (%2, %3)</translation>
    </message>
    <message>
        <source>Ask its owner, or end it: SELECT pg_terminate_backend(%1);</source>
        <translation>Den Besitzer fragen, oder beenden: SELECT pg_terminate_backend(%1);</translation>
    </message>
    <message>
        <source>This role sees its own sessions only: what others hold or wait for is not looked at.</source>
        <translation>Diese Rolle sieht nur ihre eigenen Sitzungen: was andere halten oder worauf sie warten, wird nicht angesehen.</translation>
    </message>
    <message>
        <source>It has waited for %1 for what %2 holds: %3</source>
        <translation>Sie wartet seit %1 auf das, was %2 hält: %3</translation>
    </message>
    <message>
        <source>Its transaction is open for %1, and idle: %2</source>
        <translation>Ihre Transaktion ist seit %1 offen und untätig: %2</translation>
    </message>
    <message>
        <source>Its transaction is open for %1: %2</source>
        <translation>Ihre Transaktion ist seit %1 offen: %2</translation>
    </message>
    <message>
        <source>sessions</source>
        <translation>Sitzungen</translation>
    </message>
    <message>
        <source>%1 of %2 are used.</source>
        <translation>%1 von %2 sind belegt.</translation>
    </message>
    <message>
        <source>Close what is not needed, put a pooler in front, or raise max_connections.</source>
        <translation>Schließen, was nicht gebraucht wird, einen Pooler davorsetzen oder max_connections erhöhen.</translation>
    </message>
    <message>
        <source>WAL archive</source>
        <translation>WAL-Archiv</translation>
    </message>
    <message>
        <source>archive_mode is off: a restore goes back to a backup, to no moment between two.</source>
        <translation>archive_mode ist aus: Wiederherstellen führt zu einer Sicherung zurück, zu keinem Zeitpunkt zwischen zweien.</translation>
    </message>
    <message>
        <source>Set archive_mode and archive_command; the guide has a chapter about it.</source>
        <translation>archive_mode und archive_command setzen; das Handbuch hat ein Kapitel darüber.</translation>
    </message>
    <message>
        <source>Archiving %1 failed %2 ago, and nothing was archived since.</source>
        <translation>%1 zu archivieren schlug vor %2 fehl, und seither wurde nichts archiviert.</translation>
    </message>
    <message>
        <source>Read the server&apos;s log and mend archive_command: until then the log fills the disk.</source>
        <translation>Das Protokoll des Servers lesen und archive_command in Ordnung bringen: bis dahin füllt das Log die Platte.</translation>
    </message>
    <message>
        <source>this standby</source>
        <translation>dieser Standby</translation>
    </message>
    <message>
        <source>Look at the network, and at the log of both servers.</source>
        <translation>Das Netz ansehen, und die Protokolle beider Server.</translation>
    </message>
    <message>
        <source>No primary sends to it.</source>
        <translation>Kein Primärserver sendet an ihn.</translation>
    </message>
    <message>
        <source>It is %1 behind its primary.</source>
        <translation>Er ist %1 hinter seinem Primärserver.</translation>
    </message>
    <message>
        <source>standby %1 %2</source>
        <translation>Standby %1 %2</translation>
    </message>
    <message>
        <source>It is %1 and %2 behind (%3).</source>
        <translation>Er ist %1 und %2 zurück (%3).</translation>
    </message>
    <message>
        <source>Look at its disk, its log and the network.</source>
        <translation>Seine Platte, sein Protokoll und das Netz ansehen.</translation>
    </message>
    <message>
        <source>slot %1</source>
        <translation>Slot %1</translation>
    </message>
    <message>
        <source>Nobody reads it, and the server keeps %1 of its log for it.</source>
        <translation>Niemand liest ihn, und der Server hält %1 seines Logs für ihn vor.</translation>
    </message>
    <message>
        <source>Start its reader, or: SELECT pg_drop_replication_slot(&apos;%1&apos;);</source>
        <translation>Seinen Leser starten, oder: SELECT pg_drop_replication_slot(&apos;%1&apos;);</translation>
    </message>
    <message>
        <source>database %1</source>
        <translation>Datenbank %1</translation>
    </message>
    <message>
        <source>Its oldest transaction number is %1 old; at 2,147,483,647 the server stops writing.</source>
        <translation>Ihre älteste Transaktionsnummer ist %1 alt; bei 2.147.483.647 schreibt der Server nicht mehr.</translation>
    </message>
    <message>
        <source>VACUUM (FREEZE) as the owner, and find out what keeps autovacuum from it.</source>
        <translation>VACUUM (FREEZE) als Besitzer, und herausfinden, was Autovacuum davon abhält.</translation>
    </message>
    <message>
        <source>table %1</source>
        <translation>Tabelle %1</translation>
    </message>
    <message>
        <source>%1 dead rows beside %2 live ones.</source>
        <translation>%1 tote Zeilen neben %2 lebenden.</translation>
    </message>
    <message>
        <source>VACUUM (ANALYZE) %1; and see whether a long transaction keeps them.</source>
        <translation>VACUUM (ANALYZE) %1; und nachsehen, ob eine lange Transaktion sie festhält.</translation>
    </message>
    <message>
        <source>index %1</source>
        <translation>Index %1</translation>
    </message>
    <message>
        <source>It serves no question: its building was cut short.</source>
        <translation>Er dient keiner Frage: sein Aufbau wurde abgebrochen.</translation>
    </message>
    <message>
        <source>transactions</source>
        <translation>Transaktionen</translation>
    </message>
    <message>
        <source>%1 of %2 were rolled back since the statistics began.</source>
        <translation>%1 von %2 wurden zurückgerollt, seit die Statistik begann.</translation>
    </message>
    <message>
        <source>The server&apos;s log has the statements that fail.</source>
        <translation>Das Protokoll des Servers hat die Anweisungen, die fehlschlagen.</translation>
    </message>
    <message>
        <source>schema</source>
        <translation>Schema</translation>
    </message>
    <message>
        <source>It is version %1, this program&apos;s is %2.</source>
        <translation>Es hat Version %1, dieses Programm hat %2.</translation>
    </message>
    <message>
        <source>`portolan migrate up`; a backup is made first.</source>
        <translation>`portolan migrate up`; davor entsteht eine Sicherung.</translation>
    </message>
    <message>
        <source>Install the newer program.</source>
        <translation>Das neuere Programm einrichten.</translation>
    </message>
    <message>
        <source>%1 of %2 MiB are unused.</source>
        <translation>%1 von %2 MiB sind ungenutzt.</translation>
    </message>
    <message>
        <source>VACUUM gives them back; it needs room for a copy and stops writers.</source>
        <translation>VACUUM gibt sie zurück; es braucht Platz für eine Kopie und hält Schreiber an.</translation>
    </message>
    <message>
        <source>It has grown to %1 MiB: somebody reads without end, so that it cannot be taken back.</source>
        <translation>Es ist auf %1 MiB gewachsen: jemand liest ohne Ende, so dass es nicht zurückgenommen werden kann.</translation>
    </message>
    <message>
        <source>Find the reader: fuser -v %1</source>
        <translation>Den Leser finden: fuser -v %1</translation>
    </message>
    <message>
        <source>SQLite has no statistics to choose indexes by.</source>
        <translation>SQLite hat keine Statistik, nach der es Indizes wählt.</translation>
    </message>
    <message>
        <source>ANALYZE makes them.</source>
        <translation>ANALYZE macht sie.</translation>
    </message>
    <message>
        <source>this check</source>
        <translation>diese Prüfung</translation>
    </message>
    <message>
        <source>questions of the last hour</source>
        <translation>Fragen der letzten Stunde</translation>
    </message>
    <message>
        <source>%1 of %2 took a second or longer: %3.</source>
        <translation>%1 von %2 dauerten eine Sekunde oder länger: %3.</translation>
    </message>
    <message>
        <source>Narrow the filter to columns with an index or to a time; `portolan stats` tells the slow tables.</source>
        <translation>Den Filter auf Spalten mit Index oder auf eine Zeit einschränken; `portolan stats` nennt die langsamen Tabellen.</translation>
    </message>
    <message>
        <source>%1 of %2 failed: %3.</source>
        <translation>%1 von %2 schlugen fehl: %3.</translation>
    </message>
    <message>
        <source>The errors say what to do; `portolan verify` looks at what is stored.</source>
        <translation>Die Fehler sagen, was zu tun ist; `portolan verify` prüft, was gespeichert ist.</translation>
    </message>
    <message>
        <source>history</source>
        <translation>Verlauf</translation>
    </message>
    <message>
        <source>disk</source>
        <translation>Datenträger</translation>
    </message>
    <message>
        <source>It is full at %1: the store grows by %2 MiB a day, and %3 MiB are free.</source>
        <translation>Er ist am %1 voll: Der Store wächst um %2 MiB am Tag, und %3 MiB sind frei.</translation>
    </message>
    <message>
        <source>Make room, or let old rows go: `portolan retain --dry-run` tells what may.</source>
        <translation>Platz schaffen oder alte Zeilen löschen: `portolan retain --dry-run` nennt, welche es dürfen.</translation>
    </message>
</context>
<context>
    <name>Health</name>
    <message>
        <source>%1 ms</source>
        <translation>%1 ms</translation>
    </message>
    <message>
        <source>Size: %1</source>
        <translation>Größe: %1</translation>
    </message>
    <message>
        <source>Rows: %1</source>
        <translation>Zeilen: %1</translation>
    </message>
    <message>
        <source>Found in the read cache: %1</source>
        <translation>Im Lesecache gefunden: %1</translation>
    </message>
    <message>
        <source>Questions took %1 (50 of 100), %2 (95), %3 (99) at most</source>
        <translation>Fragen dauerten höchstens %1 (50 von 100), %2 (95), %3 (99)</translation>
    </message>
    <message>
        <source>Connections: %1 in use, %2 kept, of %3</source>
        <translation>Verbindungen: %1 in Gebrauch, %2 bereit, von %3</translation>
    </message>
    <message>
        <source>Grows by %1 a day</source>
        <translation>Wächst um %1 am Tag</translation>
    </message>
    <message>
        <source>Disk full at %1</source>
        <translation>Platte voll am %1</translation>
    </message>
    <message>
        <source>Questions of the last hour: %1</source>
        <translation>Fragen der letzten Stunde: %1</translation>
    </message>
    <message>
        <source>They took %1 (50 of 100), %2 (95), %3 (99) at most</source>
        <translation>Sie brauchten höchstens %1 (50 von 100), %2 (95), %3 (99)</translation>
    </message>
    <message>
        <source>Slow: %1</source>
        <translation>Langsam: %1</translation>
    </message>
    <message>
        <source>Failed: %1</source>
        <translation>Gescheitert: %1</translation>
    </message>
    <message>
        <source>other than a list</source>
        <translation>anderes als eine Liste</translation>
    </message>
    <message>
        <source>%1, %2: %3</source>
        <translation>%1, %2: %3</translation>
    </message>
</context>
<context>
    <name>Inspection</name>
    <message>
        <source>State</source>
        <translation>Zustand</translation>
    </message>
    <message>
        <source>Last said</source>
        <translation>Zuletzt gesagt</translation>
    </message>
    <message>
        <source>Last report</source>
        <translation>Letzte Meldung</translation>
    </message>
    <message>
        <source>Silent after (s)</source>
        <translation>Stumm nach (s)</translation>
    </message>
    <message>
        <source>This was set</source>
        <translation>Festgelegt</translation>
    </message>
    <message>
        <source>by an operator</source>
        <translation>von einem Operator</translation>
    </message>
    <message>
        <source>by its reports</source>
        <translation>durch ihre Meldungen</translation>
    </message>
    <message>
        <source>The report has no details.</source>
        <translation>Die Meldung hat keine Einzelheiten.</translation>
    </message>
    <message>
        <source>Batch</source>
        <translation>Batch</translation>
    </message>
    <message>
        <source>Messages</source>
        <translation>Nachrichten</translation>
    </message>
    <message>
        <source>Size (B)</source>
        <translation>Größe (B)</translation>
    </message>
    <message>
        <source>First</source>
        <translation>Erste</translation>
    </message>
    <message>
        <source>Last</source>
        <translation>Letzte</translation>
    </message>
    <message>
        <source>Created</source>
        <translation>Erstellt</translation>
    </message>
    <message>
        <source>Modified</source>
        <translation>Geändert</translation>
    </message>
    <message>
        <source>A batch has no document of its own. Choose a message.</source>
        <translation>Ein Batch hat kein eigenes Dokument. Eine Nachricht auswählen.</translation>
    </message>
    <message>
        <source>Message #%1</source>
        <translation>Nachricht Nr. %1</translation>
    </message>
    <message>
        <source>Line without a record</source>
        <translation>Zeile ohne Datensatz</translation>
    </message>
    <message>
        <source>Id</source>
        <translation>ID</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>Zeit</translation>
    </message>
    <message>
        <source>Rejected message %1</source>
        <translation>Abgewiesene Nachricht %1</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>Grund</translation>
    </message>
    <message>
        <source>From</source>
        <translation>Von</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>Schlüssel</translation>
    </message>
    <message>
        <source>Put back</source>
        <translation>Zurückgebracht</translation>
    </message>
    <message>
        <source>Gap %1</source>
        <translation>Lücke %1</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>Art</translation>
    </message>
    <message>
        <source>Detected</source>
        <translation>Erkannt</translation>
    </message>
    <message>
        <source>Missing</source>
        <translation>Fehlend</translation>
    </message>
    <message>
        <source>Epoch</source>
        <translation>Epoche</translation>
    </message>
    <message>
        <source>Closed</source>
        <translation>Geschlossen</translation>
    </message>
    <message>
        <source>still open</source>
        <translation>noch offen</translation>
    </message>
    <message>
        <source>Nothing more is known of this gap.</source>
        <translation>Mehr ist von dieser Lücke nicht bekannt.</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 von %2</translation>
    </message>
    <message>
        <source>Status</source>
        <translation>Status</translation>
    </message>
    <message>
        <source>%1, no retry left: a dead letter</source>
        <translation>%1, kein Versuch mehr übrig: ein Dead Letter</translation>
    </message>
    <message>
        <source>Error</source>
        <translation>Fehler</translation>
    </message>
    <message>
        <source>Retries</source>
        <translation>Wiederholungen</translation>
    </message>
    <message>
        <source>To</source>
        <translation>An</translation>
    </message>
    <message>
        <source>Correlation</source>
        <translation>Korrelation</translation>
    </message>
    <message>
        <source>“%1”</source>
        <translation>„%1“</translation>
    </message>
    <message>
        <source>Taken to be processed</source>
        <translation>Zur Verarbeitung genommen</translation>
    </message>
    <message>
        <source>Completed</source>
        <translation>Erledigt</translation>
    </message>
    <message>
        <source>In replay %1 (%2): %3</source>
        <translation>In Rückspielung %1 (%2): %3</translation>
    </message>
    <message>
        <source>%1 by %2</source>
        <translation>%1 durch %2</translation>
    </message>
    <message>
        <source>Same correlation id in %1: %2, now %3</source>
        <translation>Gleiche Korrelations-ID in %1: %2, jetzt %3</translation>
    </message>
    <message>
        <source>Event %1 noted as processed: it would be taken for a duplicate</source>
        <translation>Ereignis %1 als verarbeitet vermerkt: Es würde für ein Duplikat gehalten</translation>
    </message>
    <message>
        <source>History</source>
        <translation>Verlauf</translation>
    </message>
    <message>
        <source>What happened</source>
        <translation>Was geschah</translation>
    </message>
    <message>
        <source>Nothing is known.</source>
        <translation>Nichts ist bekannt.</translation>
    </message>
    <message>
        <source>Changed</source>
        <translation>Geändert</translation>
    </message>
    <message>
        <source>Field</source>
        <translation>Feld</translation>
    </message>
    <message>
        <source>Before</source>
        <translation>Vorher</translation>
    </message>
    <message>
        <source>After</source>
        <translation>Nachher</translation>
    </message>
    <message>
        <source>Before and after are the same.</source>
        <translation>Vorher und nachher sind gleich.</translation>
    </message>
    <message>
        <source>There is no before and after to compare.</source>
        <translation>Es gibt kein Vorher und Nachher zum Vergleichen.</translation>
    </message>
    <message>
        <source>Message of %1</source>
        <translation>Nachricht von %1</translation>
    </message>
    <message>
        <source>Data</source>
        <translation>Daten</translation>
    </message>
    <message>
        <source>The message is empty.</source>
        <translation>Die Nachricht ist leer.</translation>
    </message>
    <message>
        <source>Metadata</source>
        <translation>Metadaten</translation>
    </message>
    <message>
        <source>It has no metadata.</source>
        <translation>Sie hat keine Metadaten.</translation>
    </message>
    <message>
        <source>No error is noted.</source>
        <translation>Kein Fehler ist vermerkt.</translation>
    </message>
    <message>
        <source>Subject</source>
        <translation>Gegenstand</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>Lauf</translation>
    </message>
    <message>
        <source>Nothing was noted of how it is after.</source>
        <translation>Wie es nachher ist, wurde nicht vermerkt.</translation>
    </message>
    <message>
        <source>Nothing was noted of how it was before.</source>
        <translation>Wie es vorher war, wurde nicht vermerkt.</translation>
    </message>
    <message>
        <source>Dead letters</source>
        <translation>Dead Letters</translation>
    </message>
    <message>
        <source>Port</source>
        <translation>Port</translation>
    </message>
    <message>
        <source>Group</source>
        <translation>Gruppe</translation>
    </message>
    <message>
        <source>Type</source>
        <translation>Typ</translation>
    </message>
    <message>
        <source>Failed again</source>
        <translation>Gleicher Fehler</translation>
    </message>
    <message>
        <source>%1 of %2 replayed</source>
        <translation>%1 von %2 zurückgespielten</translation>
    </message>
    <message>
        <source>First seen</source>
        <translation>Zuerst gesehen</translation>
    </message>
    <message>
        <source>Last seen</source>
        <translation>Zuletzt gesehen</translation>
    </message>
    <message>
        <source>Template</source>
        <translation>Muster</translation>
    </message>
    <message>
        <source>The errors of the group have one text in common.</source>
        <translation>Was die Fehler der Gruppe gemeinsam haben, ist ein einziger Text.</translation>
    </message>
    <message>
        <source>Sample</source>
        <translation>Beispiel</translation>
    </message>
    <message>
        <source>Just before</source>
        <translation>Kurz davor</translation>
    </message>
    <message>
        <source>What changed</source>
        <translation>Was sich änderte</translation>
    </message>
    <message>
        <source>Being looked for…</source>
        <translation>Wird gesucht…</translation>
    </message>
    <message>
        <source>Nothing that this store keeps changed in the hour before the first of these dead letters: no checkpoint, no component&apos;s state, no silence, no replay, no migration.</source>
        <translation>Nichts, was dieser Store aufbewahrt, hat sich in der Stunde vor dem ersten dieser Dead Letters geändert: kein Checkpoint, kein Zustand einer Komponente, kein Verstummen, keine Rückspielung, keine Migration.</translation>
    </message>
    <message>
        <source>Replay %1</source>
        <translation>Rückspielung %1</translation>
    </message>
    <message>
        <source>What</source>
        <translation>Was</translation>
    </message>
    <message>
        <source>By</source>
        <translation>Wer</translation>
    </message>
    <message>
        <source>Target</source>
        <translation>Ziel</translation>
    </message>
    <message>
        <source>Frozen</source>
        <translation>Eingefroren</translation>
    </message>
    <message>
        <source>Started</source>
        <translation>Begonnen</translation>
    </message>
    <message>
        <source>Finished</source>
        <translation>Beendet</translation>
    </message>
    <message>
        <source>Stopped by</source>
        <translation>Gestoppt durch</translation>
    </message>
    <message>
        <source>Item %1</source>
        <translation>Posten %1</translation>
    </message>
    <message>
        <source>Message</source>
        <translation>Nachricht</translation>
    </message>
    <message>
        <source>Outcome</source>
        <translation>Ergebnis</translation>
    </message>
    <message>
        <source>Why</source>
        <translation>Warum</translation>
    </message>
    <message>
        <source>Message %1</source>
        <translation>Nachricht %1</translation>
    </message>
    <message>
        <source>Cause</source>
        <translation>Ursache</translation>
    </message>
    <message>
        <source>Archived</source>
        <translation>Archiviert</translation>
    </message>
    <message>
        <source>Replaced by</source>
        <translation>Ersetzt durch</translation>
    </message>
    <message>
        <source>Restored</source>
        <translation>Wiederhergestellt</translation>
    </message>
    <message>
        <source>Row</source>
        <translation>Zeile</translation>
    </message>
    <message>
        <source>Rows (about)</source>
        <translation>Zeilen (etwa)</translation>
    </message>
    <message>
        <source>Rows</source>
        <translation>Zeilen</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>Primary key</source>
        <translation>Primärschlüssel</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keiner</translation>
    </message>
    <message>
        <source>Partitions</source>
        <translation>Partitionen</translation>
    </message>
    <message>
        <source>Columns</source>
        <translation>Spalten</translation>
    </message>
    <message>
        <source>Column</source>
        <translation>Spalte</translation>
    </message>
    <message>
        <source>Not null</source>
        <translation>Nicht NULL</translation>
    </message>
    <message>
        <source>Default</source>
        <translation>Vorgabe</translation>
    </message>
    <message>
        <source>Its columns are not known.</source>
        <translation>Ihre Spalten sind nicht bekannt.</translation>
    </message>
    <message>
        <source>yes</source>
        <translation>ja</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Definition</source>
        <translation>Definition</translation>
    </message>
    <message>
        <source>Indexes</source>
        <translation>Indizes</translation>
    </message>
    <message>
        <source>It has no index.</source>
        <translation>Sie hat keinen Index.</translation>
    </message>
    <message>
        <source>Constraints</source>
        <translation>Constraints</translation>
    </message>
    <message>
        <source>None besides its keys.</source>
        <translation>Keine außer ihren Schlüsseln.</translation>
    </message>
    <message>
        <source>Triggers</source>
        <translation>Trigger</translation>
    </message>
    <message>
        <source>It has no trigger.</source>
        <translation>Sie hat keinen Trigger.</translation>
    </message>
    <message>
        <source>This is SQL, no JSON document.</source>
        <translation>Das ist SQL, kein JSON-Dokument.</translation>
    </message>
    <message>
        <source>● latest</source>
        <translation>● neueste</translation>
    </message>
    <message>
        <source>The document is being read…</source>
        <translation>Das Dokument wird gelesen…</translation>
    </message>
    <message>
        <source>Changes</source>
        <translation>Änderungen</translation>
    </message>
    <message>
        <source>Place</source>
        <translation>Stelle</translation>
    </message>
    <message>
        <source>The documents are too large to be compared here; `portolan diff` compares them.</source>
        <translation>Die Dokumente sind zu groß, um hier verglichen zu werden; `portolan diff` vergleicht sie.</translation>
    </message>
    <message>
        <source>… and more</source>
        <translation>… und mehr</translation>
    </message>
    <message>
        <source>the document</source>
        <translation>das Dokument</translation>
    </message>
    <message>
        <source>Both mean the same.</source>
        <translation>Beide bedeuten dasselbe.</translation>
    </message>
    <message>
        <source>Comparing was given up.</source>
        <translation>Der Vergleich wurde aufgegeben.</translation>
    </message>
    <message>
        <source>%1, version %2</source>
        <translation>%1, Version %2</translation>
    </message>
    <message>
        <source>Latest</source>
        <translation>Neueste</translation>
    </message>
    <message>
        <source>no</source>
        <translation>nein</translation>
    </message>
    <message>
        <source>Component</source>
        <translation>Komponente</translation>
    </message>
    <message>
        <source>Updated</source>
        <translation>Aktualisiert</translation>
    </message>
    <message>
        <source>Expires</source>
        <translation>Läuft ab</translation>
    </message>
    <message>
        <source>Changes since</source>
        <translation>Änderungen seit</translation>
    </message>
    <message>
        <source>version %1</source>
        <translation>Version %1</translation>
    </message>
    <message>
        <source>version %1, the one that counts</source>
        <translation>Version %1, die geltende</translation>
    </message>
    <message>
        <source>version %1, to be promoted</source>
        <translation>Version %1, die hochgestuft wird</translation>
    </message>
    <message>
        <source>version %1, the latest now</source>
        <translation>Version %1, jetzt die neueste</translation>
    </message>
    <message>
        <source>version %1, before it</source>
        <translation>Version %1, davor</translation>
    </message>
    <message>
        <source>Chunks</source>
        <translation>Chunks</translation>
    </message>
    <message>
        <source>Range</source>
        <translation>Bereich</translation>
    </message>
    <message>
        <source>Bounds</source>
        <translation>Grenzen</translation>
    </message>
    <message>
        <source>Compressed</source>
        <translation>Komprimiert</translation>
    </message>
    <message>
        <source>They hold no rows of their own.</source>
        <translation>Sie enthalten keine eigenen Zeilen.</translation>
    </message>
    <message>
        <source>Newest reports</source>
        <translation>Neueste Meldungen</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>Einzelheiten</translation>
    </message>
    <message>
        <source>There is no report of it any more.</source>
        <translation>Es gibt keine Meldung mehr davon.</translation>
    </message>
    <message>
        <source>A bar of its strip (s)</source>
        <translation>Ein Balken seines Streifens (s)</translation>
    </message>
    <message>
        <source>Stored</source>
        <translation>Gespeichert</translation>
    </message>
    <message>
        <source>Dismissed</source>
        <translation>Abgelegt</translation>
    </message>
    <message>
        <source>Stored in its place</source>
        <translation>An seiner Stelle gespeichert</translation>
    </message>
    <message>
        <source>Pending since</source>
        <translation>Wartet seit</translation>
    </message>
    <message>
        <source>Died</source>
        <translation>Gestorben</translation>
    </message>
    <message>
        <source>Job: %1</source>
        <translation>Job: %1</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Getan</translation>
    </message>
    <message>
        <source>Of</source>
        <translation>Von</translation>
    </message>
    <message>
        <source>Last sign</source>
        <translation>Lebenszeichen</translation>
    </message>
    <message>
        <source>Ended</source>
        <translation>Beendet</translation>
    </message>
    <message>
        <source>Result</source>
        <translation>Ergebnis</translation>
    </message>
    <message>
        <source>Asked for</source>
        <translation>Auftrag</translation>
    </message>
    <message>
        <source>Version %1 of the schema</source>
        <translation>Version %1 des Schemas</translation>
    </message>
    <message>
        <source>Description</source>
        <translation>Beschreibung</translation>
    </message>
    <message>
        <source>Applied</source>
        <translation>Angewandt</translation>
    </message>
    <message>
        <source>Left as it was</source>
        <translation>Blieb, wie es war</translation>
    </message>
    <message>
        <source>Checksum</source>
        <translation>Prüfsumme</translation>
    </message>
    <message>
        <source>Backup %1</source>
        <translation>Sicherung %1</translation>
    </message>
    <message>
        <source>nobody has looked yet</source>
        <translation>noch nicht angesehen</translation>
    </message>
    <message>
        <source>Schema version</source>
        <translation>Schemaversion</translation>
    </message>
    <message>
        <source>Verified</source>
        <translation>Geprüft</translation>
    </message>
    <message>
        <source>File</source>
        <translation>Datei</translation>
    </message>
    <message>
        <source>Urgency</source>
        <translation>Dringlichkeit</translation>
    </message>
    <message>
        <source>Found</source>
        <translation>Gefunden</translation>
    </message>
    <message>
        <source>What to do</source>
        <translation>Was zu tun ist</translation>
    </message>
    <message>
        <source>Scheduled: %1</source>
        <translation>Im Zeitplan: %1</translation>
    </message>
    <message>
        <source>When</source>
        <translation>Wann</translation>
    </message>
    <message>
        <source>Next run</source>
        <translation>Nächster Lauf</translation>
    </message>
    <message>
        <source>Last run</source>
        <translation>Zuletzt</translation>
    </message>
    <message>
        <source>Exit code</source>
        <translation>Exit-Code</translation>
    </message>
    <message>
        <source>Taken by</source>
        <translation>Übernommen von</translation>
    </message>
    <message>
        <source>Output</source>
        <translation>Ausgabe</translation>
    </message>
    <message>
        <source>Command</source>
        <translation>Befehl</translation>
    </message>
    <message>
        <source>Retention: %1</source>
        <translation>Aufbewahrung: %1</translation>
    </message>
    <message>
        <source>Table</source>
        <translation>Tabelle</translation>
    </message>
    <message>
        <source>Kept for</source>
        <translation>Aufbewahrt</translation>
    </message>
    <message>
        <source>Age by</source>
        <translation>Alter nach</translation>
    </message>
    <message>
        <source>Newest kept</source>
        <translation>Neueste, die bleiben</translation>
    </message>
    <message>
        <source>Packed into</source>
        <translation>Gepackt nach</translation>
    </message>
    <message>
        <source>Rows deleted</source>
        <translation>Gelöschte Zeilen</translation>
    </message>
    <message>
        <source>Filter</source>
        <translation>Filter</translation>
    </message>
    <message>
        <source>Change</source>
        <translation>Änderung</translation>
    </message>
</context>
<context>
    <name>Jobs</name>
    <message>
        <source>%1 left</source>
        <translation>noch %1</translation>
    </message>
    <message>
        <source>opening the store…</source>
        <translation>Store wird geöffnet…</translation>
    </message>
    <message>
        <source>%1/s</source>
        <translation>%1/s</translation>
    </message>
    <message>
        <source>%1 · paused: %2</source>
        <translation>%1 · angehalten: %2</translation>
    </message>
    <message>
        <source>%1 · paused</source>
        <translation>%1 · angehalten</translation>
    </message>
    <message>
        <source>put back; %1 of %2 still pending</source>
        <translation>zurückgespielt; %1 von %2 warten noch</translation>
    </message>
    <message>
        <source>%1 completed · %2 died again · %3 skipped</source>
        <translation>%1 erledigt · %2 erneut gestorben · %3 übersprungen</translation>
    </message>
    <message>
        <source>Replay %1</source>
        <translation>Rückspielung %1</translation>
    </message>
    <message>
        <source>Dismiss %1</source>
        <translation>%1 ausblenden</translation>
    </message>
    <message>
        <source>Watch %1 no longer</source>
        <translation>%1 nicht weiter beobachten</translation>
    </message>
    <message>
        <source>Cancel %1</source>
        <translation>%1 abbrechen</translation>
    </message>
    <message>
        <source>Discard %1</source>
        <translation>Verwerfen %1</translation>
    </message>
    <message>
        <source>Restore %1</source>
        <translation>Wiederherstellen %1</translation>
    </message>
    <message>
        <source>%1 · stopping…</source>
        <translation>%1 · wird gestoppt…</translation>
    </message>
    <message>
        <source>Export %1</source>
        <translation>Export %1</translation>
    </message>
    <message>
        <source>Bundle %1</source>
        <translation>Bündel %1</translation>
    </message>
    <message>
        <source>Report %1</source>
        <translation>Bericht %1</translation>
    </message>
    <message>
        <source>stopping…</source>
        <translation>wird gestoppt…</translation>
    </message>
    <message>
        <source>reading the store…</source>
        <translation>Store wird gelesen…</translation>
    </message>
    <message>
        <source>Import %1</source>
        <translation>Import %1</translation>
    </message>
    <message>
        <source>Migration %1</source>
        <translation>Migration %1</translation>
    </message>
    <message>
        <source>Backup %1</source>
        <translation>Sicherung %1</translation>
    </message>
    <message>
        <source>Verification %1</source>
        <translation>Prüfung %1</translation>
    </message>
    <message>
        <source>Retention %1</source>
        <translation>Aufbewahrung %1</translation>
    </message>
    <message>
        <source>Schedule %1</source>
        <translation>Zeitplan %1</translation>
    </message>
    <message>
        <source>Comparison %1</source>
        <translation>Vergleich %1</translation>
    </message>
</context>
<context>
    <name>Keychain</name>
    <message>
        <source>The keychain did not give its passwords away.</source>
        <translation>Der Schlüsselbund hat seine Passwörter nicht herausgegeben.</translation>
    </message>
    <message>
        <source>The keychain cannot be used.</source>
        <translation>Der Schlüsselbund ist nicht verwendbar.</translation>
    </message>
</context>
<context>
    <name>Lists</name>
    <message>
        <source>Archive</source>
        <translation>Archiv</translation>
    </message>
    <message>
        <source>Audit log</source>
        <translation>Audit-Protokoll</translation>
    </message>
    <message>
        <source>Batch files</source>
        <translation>Batch-Dateien</translation>
    </message>
    <message>
        <source>Messages</source>
        <translation>Nachrichten</translation>
    </message>
    <message>
        <source>Rejected</source>
        <translation>Abgewiesen</translation>
    </message>
    <message>
        <source>Gaps</source>
        <translation>Lücken</translation>
    </message>
    <message>
        <source>Health</source>
        <translation>Befinden</translation>
    </message>
    <message>
        <source>Sensors</source>
        <translation>Sensoren</translation>
    </message>
    <message>
        <source>Sensor events</source>
        <translation>Sensor-Ereignisse</translation>
    </message>
    <message>
        <source>Dead letter groups</source>
        <translation>Gruppen von Dead Letters</translation>
    </message>
    <message>
        <source>Dead letters</source>
        <translation>Dead Letters</translation>
    </message>
    <message>
        <source>Series</source>
        <translation>Reihen</translation>
    </message>
    <message>
        <source>Ports</source>
        <translation>Ports</translation>
    </message>
    <message>
        <source>Port messages</source>
        <translation>Port-Nachrichten</translation>
    </message>
    <message>
        <source>Replay runs</source>
        <translation>Rückspielungen</translation>
    </message>
    <message>
        <source>Replay items</source>
        <translation>Posten der Rückspielung</translation>
    </message>
    <message>
        <source>Tables</source>
        <translation>Tabellen</translation>
    </message>
    <message>
        <source>Rows</source>
        <translation>Zeilen</translation>
    </message>
    <message>
        <source>Checkpoints</source>
        <translation>Checkpoints</translation>
    </message>
    <message>
        <source>Components</source>
        <translation>Komponenten</translation>
    </message>
    <message>
        <source>Checkpoint versions</source>
        <translation>Versionen des Checkpoints</translation>
    </message>
    <message>
        <source>Component versions</source>
        <translation>Versionen der Komponente</translation>
    </message>
    <message>
        <source>Sinks</source>
        <translation>Sinks</translation>
    </message>
    <message>
        <source>Jobs</source>
        <translation>Jobs</translation>
    </message>
    <message>
        <source>Migrations</source>
        <translation>Migrationen</translation>
    </message>
    <message>
        <source>Backups</source>
        <translation>Sicherungen</translation>
    </message>
    <message>
        <source>Retention</source>
        <translation>Aufbewahrung</translation>
    </message>
    <message>
        <source>Schedule</source>
        <translation>Zeitplan</translation>
    </message>
    <message>
        <source>Differences</source>
        <translation>Unterschiede</translation>
    </message>
    <message>
        <source>Acts</source>
        <translation>Handlungen</translation>
    </message>
</context>
<context>
    <name>Oddness</name>
    <message>
        <source>as usual, around %1 %2</source>
        <translation>wie üblich, um %1 %2</translation>
    </message>
    <message>
        <source>%1 at %2, usually around %3: %4 times its usual distance</source>
        <translation>%1 um %2, üblich ist etwa %3: das %4-Fache des üblichen Abstands</translation>
    </message>
</context>
<context>
    <name>OpenForm</name>
    <message>
        <source>from %1</source>
        <translation>aus %1</translation>
    </message>
    <message>
        <source>default</source>
        <translation>Vorgabe</translation>
    </message>
    <message>
        <source>as typed</source>
        <translation>wie eingegeben</translation>
    </message>
    <message>
        <source>none; the keychain is asked</source>
        <translation>keins; der Schlüsselbund wird gefragt</translation>
    </message>
</context>
<context>
    <name>Overview</name>
    <message>
        <source>Receiving from %1</source>
        <translation>Empfang aus %1</translation>
    </message>
    <message>
        <source>%1/s</source>
        <translation>%1/s</translation>
    </message>
    <message>
        <source>Wait in the source</source>
        <translation>Warten in der Quelle</translation>
    </message>
    <message>
        <source>Not receiving here</source>
        <translation>Hier läuft kein Empfang</translation>
    </message>
    <message>
        <source>oldest %1</source>
        <translation>älteste %1</translation>
    </message>
    <message>
        <source>Newest message</source>
        <translation>Neueste Nachricht</translation>
    </message>
    <message>
        <source>In the last hour</source>
        <translation>In der letzten Stunde</translation>
    </message>
    <message>
        <source>Batches</source>
        <translation>Batches</translation>
    </message>
    <message>
        <source>Gaps</source>
        <translation>Lücken</translation>
    </message>
    <message>
        <source>Rejected</source>
        <translation>Abgewiesen</translation>
    </message>
    <message>
        <source>Dead letters</source>
        <translation>Dead Letters</translation>
    </message>
    <message>
        <source>On %1 since %2</source>
        <translation>An %1 seit %2</translation>
    </message>
    <message>
        <source>Silent</source>
        <translation>Stumm</translation>
    </message>
    <message>
        <source>Unhealthy</source>
        <translation>Gestört</translation>
    </message>
    <message>
        <source>Degraded</source>
        <translation>Eingeschränkt</translation>
    </message>
    <message>
        <source>Components, all healthy</source>
        <translation>Komponenten, alle wohlauf</translation>
    </message>
    <message>
        <source>Components that report</source>
        <translation>Komponenten, die sich melden</translation>
    </message>
    <message>
        <source>Pending</source>
        <translation>Wartend</translation>
    </message>
    <message>
        <source>Processing</source>
        <translation>In Arbeit</translation>
    </message>
    <message>
        <source>Failed, to be tried again</source>
        <translation>Fehlgeschlagen, mit neuem Versuch</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>Rows</source>
        <translation>Zeilen</translation>
    </message>
    <message>
        <source> in 1 h</source>
        <translation> in 1 h</translation>
    </message>
    <message>
        <source>Rows of %1 in the last hour</source>
        <translation>Zeilen von %1 in der letzten Stunde</translation>
    </message>
    <message>
        <source>Not verified since it was opened</source>
        <translation>Seit dem Öffnen nicht geprüft</translation>
    </message>
    <message>
        <source>Verifying</source>
        <translation>Wird geprüft</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 von %2</translation>
    </message>
    <message>
        <source>Nothing found by %1 checks</source>
        <translation>Kein Befund bei %1 Prüfungen</translation>
    </message>
    <message>
        <source>Checks that found something</source>
        <translation>Prüfungen mit Befund</translation>
    </message>
    <message>
        <source>Nothing was done to it yet</source>
        <translation>Noch wurde nichts damit getan</translation>
    </message>
    <message>
        <source>Read cache</source>
        <translation>Lese-Cache</translation>
    </message>
    <message>
        <source>%1 of %2 found, %3</source>
        <translation>%1 von %2 gefunden, %3</translation>
    </message>
    <message>
        <source>Answers that this window did not have to read again; what it keeps for that, of %1 at most</source>
        <translation>Antworten, die dieses Fenster nicht noch einmal lesen musste; was es dafür bereithält, von höchstens %1</translation>
    </message>
    <message>
        <source>Verified</source>
        <translation>Geprüft</translation>
    </message>
    <message>
        <source>Recorded by %1</source>
        <translation>Festgehalten von %1</translation>
    </message>
    <message>
        <source>Checks that could not be made</source>
        <translation>Prüfungen, die nicht möglich waren</translation>
    </message>
    <message>
        <source>%1: not known</source>
        <translation>%1: unbekannt</translation>
    </message>
    <message>
        <source>firing</source>
        <translation>ausgelöst</translation>
    </message>
    <message>
        <source>acknowledged</source>
        <translation>bestätigt</translation>
    </message>
    <message>
        <source>No alert fires</source>
        <translation>Kein Alarm ausgelöst</translation>
    </message>
    <message>
        <source>%1 watched</source>
        <translation>%1 beobachtet</translation>
    </message>
    <message>
        <source>%1 more</source>
        <translation>%1 weitere</translation>
    </message>
    <message>
        <source>All alerts</source>
        <translation>Alle Alarme</translation>
    </message>
    <message>
        <source>most at %1: %2</source>
        <translation>am meisten um %1: %2</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keine</translation>
    </message>
    <message>
        <source>not counted</source>
        <translation>nicht gezählt</translation>
    </message>
    <message>
        <source>From %1 to %2.</source>
        <translation>Von %1 bis %2.</translation>
    </message>
    <message>
        <source>Received %1, %2.</source>
        <translation>Empfangen %1, %2.</translation>
    </message>
    <message>
        <source>Died %1, %2.</source>
        <translation>Gestorben %1, %2.</translation>
    </message>
    <message>
        <source>Waiting %1, %2.</source>
        <translation>Wartend %1, %2.</translation>
    </message>
    <message>
        <source>No change is known.</source>
        <translation>Keine Änderung ist bekannt.</translation>
    </message>
    <message>
        <source>time</source>
        <translation>Zeit</translation>
    </message>
    <message>
        <source>received</source>
        <translation>empfangen</translation>
    </message>
    <message>
        <source>died</source>
        <translation>gestorben</translation>
    </message>
    <message>
        <source>waiting</source>
        <translation>wartend</translation>
    </message>
    <message>
        <source>changes</source>
        <translation>Änderungen</translation>
    </message>
    <message>
        <source>Checkpoint %1</source>
        <translation>Checkpoint %1</translation>
    </message>
    <message>
        <source>%1 checkpoint versions</source>
        <translation>%1 Checkpoint-Versionen</translation>
    </message>
    <message>
        <source>State of %1</source>
        <translation>Zustand von %1</translation>
    </message>
    <message>
        <source>%1 states</source>
        <translation>%1 Zustände</translation>
    </message>
    <message>
        <source>Replay %1</source>
        <translation>Rückspielung %1</translation>
    </message>
    <message>
        <source>%1 replays</source>
        <translation>%1 Rückspielungen</translation>
    </message>
    <message>
        <source>Tonight</source>
        <translation>Heute Nacht</translation>
    </message>
    <message>
        <source>Last night</source>
        <translation>Letzte Nacht</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>Heute</translation>
    </message>
    <message>
        <source>Yesterday</source>
        <translation>Gestern</translation>
    </message>
    <message>
        <source>in 1 group</source>
        <translation>in 1 Gruppe</translation>
    </message>
    <message>
        <source>in %1 groups</source>
        <translation>in %1 Gruppen</translation>
    </message>
    <message>
        <source>1 letter died</source>
        <translation>1 Letter starb</translation>
    </message>
    <message>
        <source>%1 letters died</source>
        <translation>%1 Letters starben</translation>
    </message>
    <message>
        <source>All is well.</source>
        <translation>Alles in Ordnung.</translation>
    </message>
    <message>
        <source>Nothing is known of this store yet.</source>
        <translation>Von diesem Store ist noch nichts bekannt.</translation>
    </message>
    <message>
        <source>1 dead letter is here</source>
        <translation>1 Dead Letter ist da</translation>
    </message>
    <message>
        <source>%1 dead letters are here</source>
        <translation>%1 Dead Letters sind da</translation>
    </message>
    <message>
        <source>, the newest just now</source>
        <translation>, der neueste von gerade eben</translation>
    </message>
    <message>
        <source>, the newest %1 old</source>
        <translation>, der neueste %1 alt</translation>
    </message>
    <message>
        <source>Look at them</source>
        <translation>Ansehen</translation>
    </message>
    <message>
        <source>Letters are dying: since %1 %2.</source>
        <translation>Letters sterben: seit %1 %2.</translation>
    </message>
    <message>
        <source>In 24 h %1 letters died in %2 waves, the largest %3: %4.</source>
        <translation>In 24 h starben %1 Letters in %2 Wellen, die größte %3: %4.</translation>
    </message>
    <message>
        <source>%1 in 24 h.</source>
        <translation>%1 in 24 h.</translation>
    </message>
    <message>
        <source>Quiet since.</source>
        <translation>Seither ruhig.</translation>
    </message>
    <message>
        <source>Quiet since %1.</source>
        <translation>Ruhig seit %1.</translation>
    </message>
    <message>
        <source>It is still here.</source>
        <translation>Er ist noch da.</translation>
    </message>
    <message>
        <source>All of them are still here.</source>
        <translation>Alle sind noch da.</translation>
    </message>
    <message>
        <source>%1 still here.</source>
        <translation>%1 noch da.</translation>
    </message>
    <message>
        <source>Look at the night</source>
        <translation>Die Nacht ansehen</translation>
    </message>
    <message>
        <source>Look at these times</source>
        <translation>Diese Zeiten ansehen</translation>
    </message>
    <message>
        <source>Replay %1…</source>
        <translation>%1 zurückspielen…</translation>
    </message>
    <message>
        <source>The receiver has trouble: %1</source>
        <translation>Der Empfänger hat Schwierigkeiten: %1</translation>
    </message>
    <message>
        <source>Nothing has come yet.</source>
        <translation>Noch ist nichts gekommen.</translation>
    </message>
    <message>
        <source>Rows are coming.</source>
        <translation>Es kommen Zeilen.</translation>
    </message>
    <message>
        <source>Nothing has come for %1.</source>
        <translation>Seit %1 ist nichts gekommen.</translation>
    </message>
    <message>
        <source>Receiving is paused.</source>
        <translation>Der Empfang ist angehalten.</translation>
    </message>
    <message>
        <source>Receiving %1/s.</source>
        <translation>Empfang %1/s.</translation>
    </message>
    <message>
        <source>%1 wait in the source.</source>
        <translation>%1 warten in der Quelle.</translation>
    </message>
    <message>
        <source>%1 are fetched and not stored yet.</source>
        <translation>%1 sind geholt und noch nicht gespeichert.</translation>
    </message>
    <message>
        <source>Show them</source>
        <translation>Zeigen</translation>
    </message>
    <message>
        <source>%1 is silent.</source>
        <translation>%1 ist stumm.</translation>
    </message>
    <message>
        <source>%1 components are silent: %2.</source>
        <translation>%1 Komponenten sind stumm: %2.</translation>
    </message>
    <message>
        <source>%1 is unhealthy.</source>
        <translation>%1 ist krank.</translation>
    </message>
    <message>
        <source>%1 components are unhealthy: %2.</source>
        <translation>%1 Komponenten sind krank: %2.</translation>
    </message>
    <message>
        <source>%1 is degraded.</source>
        <translation>%1 ist eingeschränkt.</translation>
    </message>
    <message>
        <source>%1 components are degraded: %2.</source>
        <translation>%1 Komponenten sind eingeschränkt: %2.</translation>
    </message>
    <message>
        <source>1 component is healthy.</source>
        <translation>1 Komponente ist gesund.</translation>
    </message>
    <message>
        <source>%1 components are healthy.</source>
        <translation>%1 Komponenten sind gesund.</translation>
    </message>
    <message>
        <source>No dead letters.</source>
        <translation>Keine Dead Letters.</translation>
    </message>
    <message>
        <source>1 check found something.</source>
        <translation>1 Prüfung fand etwas.</translation>
    </message>
    <message>
        <source>%1 checks found something.</source>
        <translation>%1 Prüfungen fanden etwas.</translation>
    </message>
    <message>
        <source>What was found</source>
        <translation>Was gefunden wurde</translation>
    </message>
    <message>
        <source>What changed at %1</source>
        <translation>Was sich um %1 änderte</translation>
    </message>
    <message>
        <source>%1, %2 ago</source>
        <translation>%1, vor %2</translation>
    </message>
    <message>
        <source>being counted</source>
        <translation>wird gezählt</translation>
    </message>
    <message>
        <source>Held back, not stored yet</source>
        <translation>Zurückgehalten, noch nicht gespeichert</translation>
    </message>
    <message>
        <source>… 1 more group</source>
        <translation>… 1 weitere Gruppe</translation>
    </message>
    <message>
        <source>… %1 more groups</source>
        <translation>… %1 weitere Gruppen</translation>
    </message>
    <message>
        <source>Nothing but the work of programs</source>
        <translation>Nur die Arbeit von Programmen</translation>
    </message>
</context>
<context>
    <name>PaneDeeds</name>
    <message>
        <source>Replay…</source>
        <translation>Zurückspielen…</translation>
    </message>
    <message>
        <source>Edit and replay…</source>
        <translation>Bearbeiten und zurückspielen…</translation>
    </message>
    <message>
        <source>Discard…</source>
        <translation>Verwerfen…</translation>
    </message>
    <message>
        <source>Recall</source>
        <translation>Zurückholen</translation>
    </message>
    <message>
        <source>Retry…</source>
        <translation>Erneut versuchen…</translation>
    </message>
    <message>
        <source>Promote…</source>
        <translation>Hochstufen…</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>Vergleichen</translation>
    </message>
    <message>
        <source>Run checks</source>
        <translation>Prüfungen ausführen</translation>
    </message>
    <message>
        <source>Back up…</source>
        <translation>Sichern…</translation>
    </message>
    <message>
        <source>Restore…</source>
        <translation>Wiederherstellen…</translation>
    </message>
    <message>
        <source>Undo…</source>
        <translation>Rückgängig machen…</translation>
    </message>
    <message>
        <source>Message number %1</source>
        <translation>Nachricht Nummer %1</translation>
    </message>
    <message>
        <source>Port message %1</source>
        <translation>Port-Nachricht %1</translation>
    </message>
    <message>
        <source>Dead letter %1</source>
        <translation>Dead Letter %1</translation>
    </message>
    <message>
        <source>Overview: receiving, and what is behind</source>
        <translation>Übersicht: Empfang und was zurückliegt</translation>
    </message>
    <message>
        <source>Batches: gaps, and what is missing</source>
        <translation>Batches: Lücken und was fehlt</translation>
    </message>
    <message>
        <source>Batches: what was rejected</source>
        <translation>Batches: Abgewiesenes</translation>
    </message>
    <message>
        <source>Dead letters: why they died</source>
        <translation>Dead Letters: warum sie starben</translation>
    </message>
    <message>
        <source>Dead letters: replays</source>
        <translation>Dead Letters: Replays</translation>
    </message>
    <message>
        <source>Dead letters: archive</source>
        <translation>Dead Letters: Archiv</translation>
    </message>
</context>
<context>
    <name>Panes</name>
    <message>
        <source>Overview</source>
        <translation>Übersicht</translation>
    </message>
    <message>
        <source>Batches</source>
        <translation>Batches</translation>
    </message>
    <message>
        <source>Ports</source>
        <translation>Ports</translation>
    </message>
    <message>
        <source>Dead letters</source>
        <translation>Dead Letters</translation>
    </message>
    <message>
        <source>Checkpoints</source>
        <translation>Checkpoints</translation>
    </message>
    <message>
        <source>Components</source>
        <translation>Komponenten</translation>
    </message>
    <message>
        <source>Metrics</source>
        <translation>Metriken</translation>
    </message>
    <message>
        <source>Events</source>
        <translation>Ereignisse</translation>
    </message>
    <message>
        <source>Tables</source>
        <translation>Tabellen</translation>
    </message>
    <message>
        <source>Integrity</source>
        <translation>Integrität</translation>
    </message>
    <message>
        <source>Operations</source>
        <translation>Betrieb</translation>
    </message>
    <message>
        <source>Audit</source>
        <translation>Audit</translation>
    </message>
</context>
<context>
    <name>ReportCauses</name>
    <message>
        <source>%1 to %2, half of them up to %3</source>
        <translation>%1 bis %2, die Hälfte davon bis %3</translation>
    </message>
    <message>
        <source>%1 and %2 other values</source>
        <translation>%1 und %2 weitere Werte</translation>
    </message>
    <message>
        <source>%1 different values, such as %2</source>
        <translation>%1 verschiedene Werte, etwa %2</translation>
    </message>
    <message>
        <source>no %1</source>
        <translation>kein %1</translation>
    </message>
    <message>
        <source>%1 in %2 of %3 dead, in %4 of %5 completed</source>
        <translation>%1 in %2 von %3 toten, in %4 von %5 abgeschlossenen</translation>
    </message>
    <message>
        <source>%1, version %2: %3</source>
        <translation>%1, Version %2: %3</translation>
    </message>
</context>
<context>
    <name>ReportReading</name>
    <message>
        <source>Summary</source>
        <translation>Zusammenfassung</translation>
    </message>
    <message>
        <source>Receiving</source>
        <translation>Empfang</translation>
    </message>
    <message>
        <source>Series</source>
        <translation>Reihen</translation>
    </message>
    <message>
        <source>Dead letters</source>
        <translation>Dead Letters</translation>
    </message>
    <message>
        <source>Replays</source>
        <translation>Rückspielungen</translation>
    </message>
    <message>
        <source>Component health</source>
        <translation>Befinden der Komponenten</translation>
    </message>
    <message>
        <source>Checks</source>
        <translation>Prüfungen</translation>
    </message>
    <message>
        <source>Gaps</source>
        <translation>Lücken</translation>
    </message>
    <message>
        <source>From %1 to %2</source>
        <translation>Von %1 bis %2</translation>
    </message>
    <message>
        <source>Since %1</source>
        <translation>Seit %1</translation>
    </message>
    <message>
        <source>Until %1</source>
        <translation>Bis %1</translation>
    </message>
    <message>
        <source>Everything that is stored</source>
        <translation>Alles, was gespeichert ist</translation>
    </message>
    <message>
        <source>Pipeline report</source>
        <translation>Pipeline-Bericht</translation>
    </message>
    <message>
        <source>Made %1 %2. All times are UTC.</source>
        <translation>Erstellt am %1 %2. Alle Zeiten sind UTC.</translation>
    </message>
    <message>
        <source>The newest %1 of %2.</source>
        <translation>Die neuesten %1 von %2.</translation>
    </message>
    <message>
        <source>%1 samples, from %2 to %3, last %4 %5</source>
        <translation>%1 Messwerte, von %2 bis %3, zuletzt %4 %5</translation>
    </message>
    <message>
        <source>messages</source>
        <translation>Nachrichten</translation>
    </message>
    <message>
        <source>batches</source>
        <translation>Batches</translation>
    </message>
    <message>
        <source>bytes</source>
        <translation>Bytes</translation>
    </message>
    <message>
        <source>messages received</source>
        <translation>empfangene Nachrichten</translation>
    </message>
    <message>
        <source>Rejected</source>
        <translation>Abgewiesen</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>Zeit</translation>
    </message>
    <message>
        <source>Source</source>
        <translation>Quelle</translation>
    </message>
    <message>
        <source>Why</source>
        <translation>Warum</translation>
    </message>
    <message>
        <source>rejected</source>
        <translation>abgewiesen</translation>
    </message>
    <message>
        <source>Messages count by the time at which their batch was begun.</source>
        <translation>Nachrichten zählen zu der Zeit, zu der ihr Batch begonnen wurde.</translation>
    </message>
    <message>
        <source>There are no samples of this time.</source>
        <translation>Aus dieser Zeit gibt es keine Messwerte.</translation>
    </message>
    <message numerus="yes">
        <source>%n more series have samples of this time; a filter chooses others.</source>
        <translation>
            <numerusform>%n weitere Reihe hat Messwerte aus dieser Zeit; ein Filter wählt andere aus.</numerusform>
            <numerusform>%n weitere Reihen haben Messwerte aus dieser Zeit; ein Filter wählt andere aus.</numerusform>
        </translation>
    </message>
    <message>
        <source>dead letters</source>
        <translation>Dead Letters</translation>
    </message>
    <message>
        <source>No message of this time died.</source>
        <translation>Keine Nachricht aus dieser Zeit ist gestorben.</translation>
    </message>
    <message>
        <source>What they have in common</source>
        <translation>Was sie gemeinsam haben</translation>
    </message>
    <message>
        <source>Count</source>
        <translation>Anzahl</translation>
    </message>
    <message>
        <source>Error</source>
        <translation>Fehler</translation>
    </message>
    <message>
        <source>Port</source>
        <translation>Port</translation>
    </message>
    <message>
        <source>First</source>
        <translation>Erster</translation>
    </message>
    <message>
        <source>Last</source>
        <translation>Letzter</translation>
    </message>
    <message>
        <source>The largest %1 of %2 groups.</source>
        <translation>Die größten %1 von %2 Gruppen.</translation>
    </message>
    <message>
        <source>groups</source>
        <translation>Gruppen</translation>
    </message>
    <message>
        <source>The newest of each</source>
        <translation>Der neueste aus jeder</translation>
    </message>
    <message>
        <source>Message</source>
        <translation>Nachricht</translation>
    </message>
    <message>
        <source>Data</source>
        <translation>Daten</translation>
    </message>
    <message>
        <source>Frozen at</source>
        <translation>Eingefroren um</translation>
    </message>
    <message>
        <source>By</source>
        <translation>Wer</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Zustand</translation>
    </message>
    <message>
        <source>Frozen</source>
        <translation>Eingefroren</translation>
    </message>
    <message>
        <source>Put back</source>
        <translation>Zurückgespielt</translation>
    </message>
    <message>
        <source>Completed</source>
        <translation>Erledigt</translation>
    </message>
    <message>
        <source>Died again</source>
        <translation>Erneut gestorben</translation>
    </message>
    <message>
        <source>Skipped</source>
        <translation>Übersprungen</translation>
    </message>
    <message>
        <source>put back by replays</source>
        <translation>durch Rückspielungen zurückgespielt</translation>
    </message>
    <message>
        <source>There was no replay in this time.</source>
        <translation>In dieser Zeit gab es keine Rückspielung.</translation>
    </message>
    <message>
        <source>This kind of store has no components.</source>
        <translation>Diese Art von Store hat keine Komponenten.</translation>
    </message>
    <message>
        <source>Component</source>
        <translation>Komponente</translation>
    </message>
    <message>
        <source>Last heartbeat</source>
        <translation>Letztes Lebenszeichen</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>Einzelheiten</translation>
    </message>
    <message>
        <source>No component has reported.</source>
        <translation>Keine Komponente hat sich gemeldet.</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 von %2</translation>
    </message>
    <message>
        <source>components silent or unhealthy</source>
        <translation>Komponenten stumm oder gestört</translation>
    </message>
    <message>
        <source>The first %1 of %2.</source>
        <translation>Die ersten %1 von %2.</translation>
    </message>
    <message>
        <source>As it is when the report is made, whatever its time.</source>
        <translation>Stand beim Schreiben des Berichts, gleich für welche Zeit er ist.</translation>
    </message>
    <message>
        <source>This kind of store is not checked.</source>
        <translation>Diese Art von Store wird nicht geprüft.</translation>
    </message>
    <message>
        <source>What was found</source>
        <translation>Was gefunden wurde</translation>
    </message>
    <message>
        <source>Check</source>
        <translation>Prüfung</translation>
    </message>
    <message>
        <source>checks found something</source>
        <translation>Prüfungen mit Befund</translation>
    </message>
    <message>
        <source>Found at</source>
        <translation>Gefunden um</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>Art</translation>
    </message>
    <message>
        <source>Missing</source>
        <translation>Fehlend</translation>
    </message>
    <message>
        <source>Closed at</source>
        <translation>Geschlossen um</translation>
    </message>
    <message>
        <source>open gaps</source>
        <translation>offene Lücken</translation>
    </message>
    <message>
        <source>Nothing is missing of what came in this time.</source>
        <translation>Nichts fehlt von dem, was in dieser Zeit kam.</translation>
    </message>
    <message>
        <source>gaps</source>
        <translation>Lücken</translation>
    </message>
    <message>
        <source>open</source>
        <translation>offen</translation>
    </message>
    <message>
        <source>Page %1 of %2</source>
        <translation>Seite %1 von %2</translation>
    </message>
    <message>
        <source>Handover</source>
        <translation>Übergabe</translation>
    </message>
    <message>
        <source>Made %1 %2. All times are local.</source>
        <translation>Erstellt %1 %2. Alle Zeiten sind Ortszeit.</translation>
    </message>
    <message>
        <source>%1 at the port %2, from %3 to %4.</source>
        <translation>%1 am Port %2, von %3 bis %4.</translation>
    </message>
    <message>
        <source>About it</source>
        <translation>Dazu</translation>
    </message>
    <message>
        <source>Found</source>
        <translation>Gefunden</translation>
    </message>
    <message>
        <source>The dead have</source>
        <translation>Die toten haben</translation>
    </message>
    <message>
        <source>Just before</source>
        <translation>Kurz davor</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Offen</translation>
    </message>
    <message>
        <source>%1 since %2 (%3)</source>
        <translation>%1 seit %2 (%3)</translation>
    </message>
    <message>
        <source>Silent: %1.</source>
        <translation>Stumm: %1.</translation>
    </message>
    <message>
        <source>What should hold</source>
        <translation>Was gelten soll</translation>
    </message>
    <message>
        <source>The %1 oddest of %2: those that went farthest from what is usual for them, in median absolute deviations (modified z-score; more than 3.5 is odd).</source>
        <translation>Die %1 auffälligsten von %2: die sich am weitesten von ihrem Üblichen entfernt haben, in medianen absoluten Abweichungen (modifizierter z-Wert; mehr als 3,5 ist auffällig).</translation>
    </message>
    <message>
        <source>Those come first that went farthest from what is usual for them, in median absolute deviations (modified z-score; more than 3.5 is odd).</source>
        <translation>Zuerst stehen die, die sich am weitesten von ihrem Üblichen entfernt haben, in medianen absoluten Abweichungen (modifizierter z-Wert; mehr als 3,5 ist auffällig).</translation>
    </message>
    <message>
        <source>The others</source>
        <translation>Die übrigen</translation>
    </message>
    <message>
        <source>received</source>
        <translation>empfangen</translation>
    </message>
    <message>
        <source>died</source>
        <translation>gestorben</translation>
    </message>
    <message>
        <source>%1 %2, at most %3 at once</source>
        <translation>%1 %2, höchstens %3 auf einmal</translation>
    </message>
    <message>
        <source>The course: %1</source>
        <translation>Der Verlauf: %1</translation>
    </message>
    <message>
        <source>What changed</source>
        <translation>Was sich geändert hat</translation>
    </message>
    <message>
        <source>Where</source>
        <translation>Wo</translation>
    </message>
    <message>
        <source>What</source>
        <translation>Was</translation>
    </message>
    <message>
        <source>%1, version %2</source>
        <translation>%1, Version %2</translation>
    </message>
    <message>
        <source>%1 to %2, last %3 %4</source>
        <translation>%1 bis %2, zuletzt %3 %4</translation>
    </message>
</context>
<context>
    <name>ReportStory</name>
    <message>
        <source>at %1</source>
        <translation>um %1</translation>
    </message>
    <message>
        <source>from %1 to %2</source>
        <translation>von %1 bis %2</translation>
    </message>
    <message>
        <source>Nothing came in.</source>
        <translation>Es kam nichts herein.</translation>
    </message>
    <message>
        <source>One message came in</source>
        <translation>Eine Nachricht kam herein</translation>
    </message>
    <message>
        <source>%1 messages came in</source>
        <translation>%1 Nachrichten kamen herein</translation>
    </message>
    <message>
        <source>One more was rejected.</source>
        <translation>Eine weitere wurde abgewiesen.</translation>
    </message>
    <message>
        <source>%1 more were rejected.</source>
        <translation>%1 weitere wurden abgewiesen.</translation>
    </message>
    <message>
        <source>No message is dead.</source>
        <translation>Keine Nachricht ist tot.</translation>
    </message>
    <message>
        <source>One message died and is still dead</source>
        <translation>Eine Nachricht ist gestorben und noch tot</translation>
    </message>
    <message>
        <source>%1 messages died and are still dead</source>
        <translation>%1 Nachrichten sind gestorben und noch tot</translation>
    </message>
    <message>
        <source>, of %1 causes</source>
        <translation>, aus %1 Ursachen</translation>
    </message>
    <message>
        <source>The most frequent cause: %1, %2 at the port %3.</source>
        <translation>Die häufigste Ursache: %1, %2 am Port %3.</translation>
    </message>
    <message>
        <source>The cause: %1, at the port %2.</source>
        <translation>Die Ursache: %1, am Port %2.</translation>
    </message>
    <message>
        <source>one dead letter</source>
        <translation>ein Dead Letter</translation>
    </message>
    <message>
        <source>%1 dead letters</source>
        <translation>%1 Dead Letters</translation>
    </message>
    <message>
        <source>one message that was put back and has not ended</source>
        <translation>eine zurückgespielte Nachricht ohne Ausgang</translation>
    </message>
    <message>
        <source>%1 messages that were put back and have not ended</source>
        <translation>%1 zurückgespielte Nachrichten ohne Ausgang</translation>
    </message>
    <message>
        <source>one gap</source>
        <translation>eine Lücke</translation>
    </message>
    <message>
        <source>%1 gaps</source>
        <translation>%1 Lücken</translation>
    </message>
    <message>
        <source>silence of %1</source>
        <translation>Stille von %1</translation>
    </message>
    <message>
        <source>one check that found something</source>
        <translation>eine Prüfung, die etwas fand</translation>
    </message>
    <message>
        <source>%1 checks that found something</source>
        <translation>%1 Prüfungen, die etwas fanden</translation>
    </message>
    <message>
        <source>Nothing is open.</source>
        <translation>Es ist nichts offen.</translation>
    </message>
    <message>
        <source>Open: %1.</source>
        <translation>Offen: %1.</translation>
    </message>
    <message>
        <source>one completed</source>
        <translation>eine abgeschlossen</translation>
    </message>
    <message>
        <source>%1 completed</source>
        <translation>%1 abgeschlossen</translation>
    </message>
    <message>
        <source>one died again</source>
        <translation>eine wieder gestorben</translation>
    </message>
    <message>
        <source>%1 died again</source>
        <translation>%1 wieder gestorben</translation>
    </message>
    <message>
        <source>one is under way</source>
        <translation>eine unterwegs</translation>
    </message>
    <message>
        <source>%1 are under way</source>
        <translation>%1 unterwegs</translation>
    </message>
    <message>
        <source>One message was put back</source>
        <translation>Eine Nachricht wurde zurückgespielt</translation>
    </message>
    <message>
        <source>%1 messages were put back</source>
        <translation>%1 Nachrichten wurden zurückgespielt</translation>
    </message>
    <message>
        <source>%1 of %2 checks found nothing.</source>
        <translation>%1 von %2 Prüfungen fanden nichts.</translation>
    </message>
    <message>
        <source>Nothing was put back.</source>
        <translation>Nichts wurde zurückgespielt.</translation>
    </message>
    <message>
        <source>Messages a second</source>
        <translation>Nachrichten je Sekunde</translation>
    </message>
    <message>
        <source>Messages every 5 seconds</source>
        <translation>Nachrichten alle 5 Sekunden</translation>
    </message>
    <message>
        <source>Messages every 15 seconds</source>
        <translation>Nachrichten alle 15 Sekunden</translation>
    </message>
    <message>
        <source>Messages every 30 seconds</source>
        <translation>Nachrichten alle 30 Sekunden</translation>
    </message>
    <message>
        <source>Messages a minute</source>
        <translation>Nachrichten je Minute</translation>
    </message>
    <message>
        <source>Messages every 5 minutes</source>
        <translation>Nachrichten alle 5 Minuten</translation>
    </message>
    <message>
        <source>Messages every 15 minutes</source>
        <translation>Nachrichten alle 15 Minuten</translation>
    </message>
    <message>
        <source>Messages every half hour</source>
        <translation>Nachrichten je halbe Stunde</translation>
    </message>
    <message>
        <source>Messages an hour</source>
        <translation>Nachrichten je Stunde</translation>
    </message>
    <message>
        <source>Messages every 3 hours</source>
        <translation>Nachrichten alle 3 Stunden</translation>
    </message>
    <message>
        <source>Messages every 6 hours</source>
        <translation>Nachrichten alle 6 Stunden</translation>
    </message>
    <message>
        <source>Messages every half day</source>
        <translation>Nachrichten je halber Tag</translation>
    </message>
    <message>
        <source>Messages a day</source>
        <translation>Nachrichten je Tag</translation>
    </message>
    <message>
        <source>Messages a week</source>
        <translation>Nachrichten je Woche</translation>
    </message>
    <message>
        <source>Messages every 4 weeks</source>
        <translation>Nachrichten alle 4 Wochen</translation>
    </message>
    <message>
        <source>Messages every 52 weeks</source>
        <translation>Nachrichten alle 52 Wochen</translation>
    </message>
</context>
<context>
    <name>Retention</name>
    <message>
        <source>It would delete %1 rows of %2 now (%3).</source>
        <translation>Sie würde jetzt %1 Zeilen von %2 löschen (%3).</translation>
    </message>
    <message>
        <source>The oldest that stays is of %1.</source>
        <translation>Die älteste, die bleibt, ist vom %1.</translation>
    </message>
    <message>
        <source>on</source>
        <translation>an</translation>
    </message>
    <message>
        <source>off</source>
        <translation>aus</translation>
    </message>
</context>
<context>
    <name>RowSteps</name>
    <message>
        <source>nothing</source>
        <translation>nichts</translation>
    </message>
    <message>
        <source>Only this value: %1 %2</source>
        <translation>Nur dieser Wert: %1 %2</translation>
    </message>
    <message>
        <source>Not this value: %1 %2</source>
        <translation>Dieser Wert nicht: %1 %2</translation>
    </message>
    <message>
        <source>Around it: five minutes before and after</source>
        <translation>Drumherum: fünf Minuten davor und danach</translation>
    </message>
    <message>
        <source>Its port: %1</source>
        <translation>Ihr Port: %1</translation>
    </message>
    <message>
        <source>Its component: %1</source>
        <translation>Ihre Komponente: %1</translation>
    </message>
    <message>
        <source>Its dead letter: replay or discard it</source>
        <translation>Ihr Dead Letter: zurückspielen oder verwerfen</translation>
    </message>
</context>
<context>
    <name>Schedule</name>
    <message>
        <source>Back up, every night</source>
        <translation>Sichern, jede Nacht</translation>
    </message>
    <message>
        <source>Delete old rows, every night</source>
        <translation>Alte Zeilen löschen, jede Nacht</translation>
    </message>
    <message>
        <source>Verify, every night</source>
        <translation>Prüfen, jede Nacht</translation>
    </message>
    <message>
        <source>Sum up samples and make partitions, every hour</source>
        <translation>Messwerte zusammenfassen und Partitionen anlegen, jede Stunde</translation>
    </message>
    <message>
        <source>Prove the newest backup, every week</source>
        <translation>Die neueste Sicherung erproben, jede Woche</translation>
    </message>
    <message>
        <source>It is no interval.</source>
        <translation>Es ist kein Abstand.</translation>
    </message>
    <message>
        <source>An interval is a minute at least.</source>
        <translation>Ein Abstand ist mindestens eine Minute.</translation>
    </message>
    <message>
        <source>The time of day is as 02:00.</source>
        <translation>Die Uhrzeit hat die Form 02:00.</translation>
    </message>
    <message>
        <source>Cron has five fields.</source>
        <translation>Cron hat fünf Felder.</translation>
    </message>
    <message>
        <source>“%1” is no minute.</source>
        <translation>„%1“ ist keine Minute.</translation>
    </message>
    <message>
        <source>“%1” is no hour.</source>
        <translation>„%1“ ist keine Stunde.</translation>
    </message>
    <message>
        <source>“%1” is no day of the month.</source>
        <translation>„%1“ ist kein Tag des Monats.</translation>
    </message>
    <message>
        <source>“%1” is no month.</source>
        <translation>„%1“ ist kein Monat.</translation>
    </message>
    <message>
        <source>“%1” is no day of the week.</source>
        <translation>„%1“ ist kein Wochentag.</translation>
    </message>
    <message>
        <source>Keep sizes and how quickly it answers, every day</source>
        <translation>Größen und Antwortzeiten festhalten, jeden Tag</translation>
    </message>
    <message>
        <source>“%1” is no time to run at. %2 Write 15m, 2h, 1d, “daily 02:00”, “weekly sun 03:00”, or cron&apos;s five fields as “0 2 * * 1-5”.</source>
        <translation>„%1“ ist keine Zeit zum Ausführen. %2 Möglich sind 15m, 2h, 1d, „daily 02:00“, „weekly sun 03:00“ oder die fünf Felder von cron wie „0 2 * * 1-5“.</translation>
    </message>
</context>
<context>
    <name>SearchModel</name>
    <message>
        <source>Messages</source>
        <translation>Nachrichten</translation>
    </message>
    <message>
        <source>Port messages</source>
        <translation>Port-Nachrichten</translation>
    </message>
    <message>
        <source>Checkpoints</source>
        <translation>Checkpoints</translation>
    </message>
    <message>
        <source>Components</source>
        <translation>Komponenten</translation>
    </message>
    <message>
        <source>Sinks</source>
        <translation>Sinks</translation>
    </message>
    <message>
        <source>Rejected</source>
        <translation>Abgewiesen</translation>
    </message>
</context>
<context>
    <name>Shortcuts</name>
    <message>
        <source>Space</source>
        <translation>Leertaste</translation>
    </message>
    <message>
        <source>Pause or resume the live view (in a list)</source>
        <translation>Live-Ansicht anhalten oder fortsetzen (in einer Liste)</translation>
    </message>
    <message>
        <source>Esc</source>
        <translation>Esc</translation>
    </message>
    <message>
        <source>Let go of what is chosen; empty the filter</source>
        <translation>Auswahl aufheben; Filter leeren</translation>
    </message>
    <message>
        <source>Menu, Shift+F10</source>
        <translation>Menütaste, Umschalt+F10</translation>
    </message>
    <message>
        <source>What can be done with the chosen rows</source>
        <translation>Was mit den gewählten Zeilen getan werden kann</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>Tasten</translation>
    </message>
    <message>
        <source>What they do</source>
        <translation>Wirkung</translation>
    </message>
</context>
<context>
    <name>SourceWords</name>
    <message>
        <source>It answers: %1 at %2. Connected in %3 ms, answers in %4 ms.</source>
        <translation>Antwortet: %1 unter %2. Verbunden in %3 ms, antwortet in %4 ms.</translation>
    </message>
    <message>
        <source>This server is a read-only replica: messages can be read here, but not acknowledged. Give the master&apos;s address, or the sentinels&apos;.</source>
        <translation>Dieser Server ist ein Replikat nur zum Lesen: Nachrichten lassen sich hier lesen, aber nicht bestätigen. Geben Sie die Adresse des Masters an oder die der Sentinels.</translation>
    </message>
    <message>
        <source>There is no list “%1”: it is empty, or nobody has put anything into it yet. The receiver waits for it.</source>
        <translation>Es gibt keine Liste „%1“: Sie ist leer, oder niemand hat bisher etwas hineingelegt. Der Empfänger wartet darauf.</translation>
    </message>
    <message>
        <source>There is no topic “%1” that this user may see.</source>
        <translation>Es gibt kein Topic „%1“, das dieser Benutzer sehen darf.</translation>
    </message>
    <message>
        <source>There is no stream “%1” yet. The receiver makes it, empty, with its group.</source>
        <translation>Es gibt noch keinen Stream „%1“. Der Empfänger legt ihn leer an, mit seiner Gruppe.</translation>
    </message>
    <message>
        <source>a list</source>
        <translation>keine Liste</translation>
    </message>
    <message>
        <source>a stream</source>
        <translation>kein Stream</translation>
    </message>
    <message>
        <source>The key “%1” is not %2.</source>
        <translation>Der Schlüssel „%1“ ist %2.</translation>
    </message>
    <message>
        <source>The key “%1” is not %2 but: %3.</source>
        <translation>Der Schlüssel „%1“ ist %2, sondern: %3.</translation>
    </message>
    <message>
        <source>The list “%1” has %2 messages.</source>
        <translation>Die Liste „%1“ hat %2 Nachrichten.</translation>
    </message>
    <message numerus="yes">
        <source>The topic “%1” has %2 messages in %n partition(s).</source>
        <translation>
            <numerusform>Das Topic „%1“ hat %2 Nachrichten in einer Partition.</numerusform>
            <numerusform>Das Topic „%1“ hat %2 Nachrichten in %n Partitionen.</numerusform>
        </translation>
    </message>
    <message>
        <source>The stream “%1” has %2 entries.</source>
        <translation>Der Stream „%1“ hat %2 Einträge.</translation>
    </message>
    <message>
        <source>The group “%1” has read nothing of it yet: all of it comes.</source>
        <translation>Die Gruppe „%1“ hat davon noch nichts gelesen: Es kommt alles.</translation>
    </message>
    <message>
        <source>There is no group “%1” yet. The receiver makes it, and reads from the beginning.</source>
        <translation>Es gibt noch keine Gruppe „%1“. Der Empfänger legt sie an und liest von Anfang an.</translation>
    </message>
    <message>
        <source>The group “%1” is there</source>
        <translation>Die Gruppe „%1“ ist da</translation>
    </message>
    <message>
        <source>, %1 behind</source>
        <translation>, %1 im Rückstand</translation>
    </message>
    <message>
        <source>, %1 handed out and not acknowledged</source>
        <translation>, %1 ausgegeben und nicht bestätigt</translation>
    </message>
    <message>
        <source>Receivers that hear this channel now: %1. Redis keeps nothing for those that come later.</source>
        <translation>Empfänger, die diesen Kanal jetzt hören: %1. Für später Kommende hebt Redis nichts auf.</translation>
    </message>
    <message>
        <source>Channels of this pattern that somebody hears now: %1. Redis keeps nothing for those that come later.</source>
        <translation>Kanäle dieses Musters, die jetzt jemand hört: %1. Für später Kommende hebt Redis nichts auf.</translation>
    </message>
    <message>
        <source>This user may not ask by %1, so that is not known.</source>
        <translation>Dieser Benutzer darf nicht mit %1 fragen, deshalb ist das nicht bekannt.</translation>
    </message>
    <message>
        <source>The sample is built in: there is nothing to be reached.</source>
        <translation>Das Beispiel ist eingebaut: Es gibt nichts zu erreichen.</translation>
    </message>
    <message>
        <source>The store opens: %1.</source>
        <translation>Der Store lässt sich öffnen: %1.</translation>
    </message>
    <message>
        <source>The store opens, but it keeps no rejects.</source>
        <translation>Der Store lässt sich öffnen, hebt aber nichts Abgelehntes auf.</translation>
    </message>
</context>
<context>
    <name>Status</name>
    <message>
        <source>silent</source>
        <translation>stumm</translation>
    </message>
</context>
<context>
    <name>Synonyms</name>
    <message>
        <source>connect database folder url server</source>
        <translation>verbinden Datenbank Ordner URL Server</translation>
    </message>
    <message>
        <source>directory batch files</source>
        <translation>Verzeichnis Batch-Dateien</translation>
    </message>
    <message>
        <source>sqlite file</source>
        <translation>SQLite Datei</translation>
    </message>
    <message>
        <source>postgresql timescaledb connection host</source>
        <translation>PostgreSQL TimescaleDB Verbindung Host</translation>
    </message>
    <message>
        <source>demo example</source>
        <translation>Demo Beispiel</translation>
    </message>
    <message>
        <source>switch other database</source>
        <translation>wechseln andere Datenbank</translation>
    </message>
    <message>
        <source>disconnect leave</source>
        <translation>trennen verlassen</translation>
    </message>
    <message>
        <source>ingest listen subscribe consume</source>
        <translation>einlesen lauschen abonnieren</translation>
    </message>
    <message>
        <source>end ingest</source>
        <translation>beenden einlesen</translation>
    </message>
    <message>
        <source>hold continue</source>
        <translation>anhalten fortsetzen</translation>
    </message>
    <message>
        <source>redis kafka stream ingest</source>
        <translation>Redis Kafka Stream einlesen</translation>
    </message>
    <message>
        <source>narrow find where</source>
        <translation>eingrenzen suchen wo</translation>
    </message>
    <message>
        <source>reset show all</source>
        <translation>zurücksetzen alle zeigen</translation>
    </message>
    <message>
        <source>find text grep</source>
        <translation>suchen finden Text grep</translation>
    </message>
    <message>
        <source>reload update refresh</source>
        <translation>neu laden aktualisieren</translation>
    </message>
    <message>
        <source>freeze follow tail</source>
        <translation>einfrieren folgen</translation>
    </message>
    <message>
        <source>load csv json xlsx upload</source>
        <translation>laden CSV JSON XLSX hochladen</translation>
    </message>
    <message>
        <source>save download csv xlsx excel json</source>
        <translation>speichern herunterladen CSV XLSX Excel JSON</translation>
    </message>
    <message>
        <source>pdf html summary handover</source>
        <translation>PDF HTML Zusammenfassung Übergabe</translation>
    </message>
    <message>
        <source>rules notify threshold alarm</source>
        <translation>Regeln benachrichtigen Schwelle Alarm</translation>
    </message>
    <message>
        <source>revert take back restore</source>
        <translation>zurücknehmen wiederherstellen</translation>
    </message>
    <message>
        <source>clipboard</source>
        <translation>Zwischenablage</translation>
    </message>
    <message>
        <source>clipboard columns</source>
        <translation>Zwischenablage Spalten</translation>
    </message>
    <message>
        <source>timezone clock zone</source>
        <translation>Zeitzone Uhr</translation>
    </message>
    <message>
        <source>bright colours appearance</source>
        <translation>hell Farben Aussehen</translation>
    </message>
    <message>
        <source>night colours appearance</source>
        <translation>Nacht Farben Aussehen</translation>
    </message>
    <message>
        <source>automatic colours appearance</source>
        <translation>automatisch Farben Aussehen</translation>
    </message>
    <message>
        <source>bigger zoom font size</source>
        <translation>größer Zoom Schrift</translation>
    </message>
    <message>
        <source>zoom font size</source>
        <translation>Zoom Schriftgröße</translation>
    </message>
    <message>
        <source>command menu</source>
        <translation>Befehl Menü</translation>
    </message>
    <message>
        <source>options preferences configuration language</source>
        <translation>Optionen Konfiguration Sprache</translation>
    </message>
    <message>
        <source>manual documentation</source>
        <translation>Handbuch Dokumentation</translation>
    </message>
    <message>
        <source>keys hotkeys bindings</source>
        <translation>Tasten Kürzel Belegung</translation>
    </message>
    <message>
        <source>manual documentation help</source>
        <translation>Handbuch Dokumentation Hilfe</translation>
    </message>
    <message>
        <source>version licence bug</source>
        <translation>Version Lizenz Fehler</translation>
    </message>
    <message>
        <source>exit close leave</source>
        <translation>beenden schließen verlassen</translation>
    </message>
    <message>
        <source>resend retry requeue put back again dead letter</source>
        <translation>nochmal senden wiederholen zurückstellen Dead Letter</translation>
    </message>
    <message>
        <source>mend patch correct resend</source>
        <translation>ausbessern korrigieren nochmal senden</translation>
    </message>
    <message>
        <source>delete remove archive throw away</source>
        <translation>löschen entfernen Archiv wegwerfen</translation>
    </message>
    <message>
        <source>undo take back replay</source>
        <translation>rückgängig zurücknehmen</translation>
    </message>
    <message>
        <source>rejected invalid store again</source>
        <translation>abgewiesen ungültig nochmal speichern</translation>
    </message>
    <message>
        <source>rollback latest version restore</source>
        <translation>zurückrollen neueste Version</translation>
    </message>
    <message>
        <source>diff difference versions</source>
        <translation>Unterschied Versionen</translation>
    </message>
    <message>
        <source>verify validate consistency</source>
        <translation>verifizieren prüfen Konsistenz</translation>
    </message>
    <message>
        <source>backup save copy dump</source>
        <translation>Backup Kopie Sicherung</translation>
    </message>
    <message>
        <source>backup recover load</source>
        <translation>Backup laden Sicherung</translation>
    </message>
    <message>
        <source>revert take back history</source>
        <translation>zurücknehmen Verlauf</translation>
    </message>
    <message>
        <source>time range from to period between hours</source>
        <translation>zeitraum von bis zwischen stunden</translation>
    </message>
    <message>
        <source>time range reset</source>
        <translation>zeitraum zurücksetzen</translation>
    </message>
    <message>
        <source>daily handover day before</source>
        <translation>täglich Übergabe Vortag</translation>
    </message>
    <message>
        <source>german english deutsch translation</source>
        <translation>Deutsch Englisch Übersetzung</translation>
    </message>
    <message>
        <source>receiver behind lag delay why slow</source>
        <translation>Empfänger Rückstand Verzug warum langsam</translation>
    </message>
    <message>
        <source>missing numbers range lost hole</source>
        <translation>fehlende Nummern Bereich verloren Loch</translation>
    </message>
    <message>
        <source>rejects invalid refused</source>
        <translation>zurückgewiesen ungültig</translation>
    </message>
    <message>
        <source>groups cause reason story failed last night</source>
        <translation>Gruppen Ursache Grund letzte Nacht</translation>
    </message>
    <message>
        <source>runs put back</source>
        <translation>Läufe zurückgestellt</translation>
    </message>
    <message>
        <source>discarded put away</source>
        <translation>verworfen weggelegt</translation>
    </message>
</context>
<context>
    <name>Topology</name>
    <message>
        <source>idle</source>
        <translation>ruht</translation>
    </message>
    <message>
        <source>%1/min</source>
        <translation>%1/min</translation>
    </message>
    <message>
        <source>%1k/min</source>
        <translation>%1k/min</translation>
    </message>
</context>
<context>
    <name>Undo</name>
    <message>
        <source>%1 moved it since (entry %2)</source>
        <translation>%1 hat sie seither verschoben (Eintrag %2)</translation>
    </message>
    <message>
        <source>a message with its id is there again</source>
        <translation>eine Nachricht mit ihrer Id ist wieder da</translation>
    </message>
    <message>
        <source>it is not in the archive any more</source>
        <translation>sie ist nicht mehr im Archiv</translation>
    </message>
    <message>
        <source>it was changed since</source>
        <translation>seither geändert</translation>
    </message>
    <message>
        <source>it is gone</source>
        <translation>nicht mehr da</translation>
    </message>
    <message>
        <source>An older version of Portolan wrote the audit&apos;s %1, and did not note in it of which act it is. %2</source>
        <translation>Eine ältere Version von Portolan hat %1 des Audits geschrieben und nicht vermerkt, zu welcher Handlung er gehört. %2</translation>
    </message>
    <message>
        <source>`portolan discard --restore FILE` puts its messages back.</source>
        <translation>`portolan discard --restore FILE` bringt die Nachrichten zurück.</translation>
    </message>
    <message>
        <source>`portolan discard --ids FILE` discards its messages again.</source>
        <translation>`portolan discard --ids FILE` verwirft die Nachrichten wieder.</translation>
    </message>
    <message>
        <source>The audit&apos;s %1 does not say what takes back what healing did: an older version of Portolan wrote it, or it made a primary key. Change the table by hand.</source>
        <translation>%1 des Audits sagt nicht, was die Reparatur zurücknimmt: Eine ältere Version von Portolan hat ihn geschrieben, oder es entstand ein Primärschlüssel. Die Tabelle von Hand ändern.</translation>
    </message>
    <message>
        <source>undone by %1</source>
        <translation>rückgängig gemacht durch %1</translation>
    </message>
    <message>
        <source>rows were written since, which would lose values</source>
        <translation>seither wurden Zeilen geschrieben, die Werte verlören</translation>
    </message>
    <message>
        <source>the table is another one by now</source>
        <translation>die Tabelle ist inzwischen eine andere</translation>
    </message>
    <message>
        <source>An older version of Portolan wrote the audit&apos;s %1, and did not keep in it what the row was. Change it back by hand; the entry says what it was about.</source>
        <translation>Eine ältere Version von Portolan hat %1 des Audits geschrieben und nicht festgehalten, wie die Zeile vorher war. Von Hand zurückändern; der Eintrag sagt, worum es ging.</translation>
    </message>
    <message>
        <source>another one is in its place since: %1</source>
        <translation>an ihrer Stelle ist seither eine andere: %1</translation>
    </message>
    <message>
        <source>it is there again</source>
        <translation>wieder da</translation>
    </message>
    <message>
        <source>taken back already</source>
        <translation>schon zurückgenommen</translation>
    </message>
    <message>
        <source>it is %1 now</source>
        <translation>jetzt im Zustand %1</translation>
    </message>
    <message>
        <source>The run %1 sent its messages to %2; they cannot be taken back from there.</source>
        <translation>Der Lauf %1 hat seine Nachrichten an %2 gesendet; von dort können sie nicht zurückgeholt werden.</translation>
    </message>
    <message>
        <source>The run %1 has put nothing back yet. `portolan replay --cancel %1` removes it.</source>
        <translation>Der Lauf %1 hat noch nichts zurückgestellt. `portolan replay --cancel %1` entfernt ihn.</translation>
    </message>
    <message>
        <source>The audit&apos;s %1 (%2) cannot be undone. %3</source>
        <translation>%1 des Audits (%2) kann nicht rückgängig gemacht werden. %3</translation>
    </message>
    <message>
        <source>There is no entry %1 in the audit of %2; `portolan list audit` shows those there are.</source>
        <translation>Im Audit von %2 gibt es keinen Eintrag %1; `portolan list audit` zeigt die vorhandenen.</translation>
    </message>
    <message>
        <source>This version of Portolan does not know what it did.</source>
        <translation>Diese Version von Portolan weiß nicht, was er getan hat.</translation>
    </message>
    <message>
        <source>What the audit&apos;s %1 tells of was undone already. Nothing was done.</source>
        <translation>Wovon %1 des Audits berichtet, ist schon rückgängig gemacht. Nichts wurde getan.</translation>
    </message>
    <message>
        <source>What the audit&apos;s %1 tells of changed no row. Nothing was done.</source>
        <translation>Wovon %1 des Audits berichtet, hat keine Zeile geändert. Nichts wurde getan.</translation>
    </message>
    <message>
        <source>entry %1 of %2</source>
        <translation>Eintrag %1 von %2</translation>
    </message>
    <message>
        <source>A worker did it to a message that it had taken; only what operators do is undone.</source>
        <translation>Ein Worker hat es mit einer Nachricht getan, die er übernommen hatte; rückgängig gemacht wird nur, was Bediener tun.</translation>
    </message>
    <message>
        <source>It notes the state of a job. Undo one of the changes that the job made; their entries have the job&apos;s id in run_id.</source>
        <translation>Er vermerkt den Zustand eines Jobs. Eine der Änderungen rückgängig machen, die der Job gemacht hat; ihre Einträge haben die Id des Jobs in run_id.</translation>
    </message>
    <message>
        <source>The messages were sent to another place and cannot be taken back from there.</source>
        <translation>Die Nachrichten wurden an einen anderen Ort gesendet und können von dort nicht zurückgeholt werden.</translation>
    </message>
    <message>
        <source>It notes a run of a scheduled command. Undo what the command did; its entries have its name.</source>
        <translation>Er vermerkt einen Lauf eines geplanten Befehls. Rückgängig machen, was der Befehl getan hat; dessen Einträge tragen seinen Namen.</translation>
    </message>
    <message>
        <source>The rows came from another store, which still has them; those here may be in use.</source>
        <translation>Die Zeilen kamen aus einem anderen Store, der sie noch hat; die hiesigen sind vielleicht schon in Gebrauch.</translation>
    </message>
    <message>
        <source>What was there before is a backup of kind replaced: `portolan list backups` has it, `portolan restore` puts it back.</source>
        <translation>Was vorher da war, ist eine Sicherung der Art replaced: `portolan list backups` nennt sie, `portolan restore` bringt sie zurück.</translation>
    </message>
    <message>
        <source>It notes what looking at a backup found; nothing was changed.</source>
        <translation>Er vermerkt, was die Prüfung einer Sicherung ergab; nichts wurde geändert.</translation>
    </message>
    <message>
        <source>The messages of a bundle are in the port by now. `portolan discard --ids FILE` takes dead letters out again.</source>
        <translation>Die Nachrichten eines Bündels sind inzwischen im Port. `portolan discard --ids FILE` nimmt Dead Letters wieder heraus.</translation>
    </message>
    <message>
        <source>It put back a message that was never sent. `portolan replay` replays it.</source>
        <translation>Er hat eine Nachricht zurückgestellt, die nie gesendet wurde. `portolan replay` spielt sie zurück.</translation>
    </message>
    <message>
        <source>The mended message is stored, with its key, and may have been worked on. What was stored is not taken out again.</source>
        <translation>Die ausgebesserte Nachricht ist mit ihrem Schlüssel gespeichert und vielleicht schon bearbeitet. Gespeichertes wird nicht wieder herausgenommen.</translation>
    </message>
    <message>
        <source>The message is stored, with its key, and may have been worked on, or it was rejected again and is open as before. What was stored is not taken out again.</source>
        <translation>Die Nachricht ist mit ihrem Schlüssel gespeichert und vielleicht schon bearbeitet, oder sie wurde wieder abgewiesen und ist offen wie zuvor. Gespeichertes wird nicht wieder herausgenommen.</translation>
    </message>
    <message>
        <source>`portolan retention set` switches the rule on again.</source>
        <translation>`portolan retention set` schaltet die Regel wieder ein.</translation>
    </message>
    <message>
        <source>The rows are deleted. Restore a backup into a new place and look there for what is missed.</source>
        <translation>Die Zeilen sind gelöscht. Eine Sicherung an einem neuen Ort wiederherstellen und dort suchen, was fehlt.</translation>
    </message>
    <message>
        <source>`portolan retention set` or `off` changes the rule again.</source>
        <translation>`portolan retention set` oder `off` ändert die Regel wieder.</translation>
    </message>
    <message>
        <source>`portolan schedule remove` takes it out again.</source>
        <translation>`portolan schedule remove` nimmt ihn wieder heraus.</translation>
    </message>
    <message>
        <source>`portolan schedule add` makes it again.</source>
        <translation>`portolan schedule add` legt ihn wieder an.</translation>
    </message>
    <message>
        <source>`portolan migrate up` brings the schema up again.</source>
        <translation>`portolan migrate up` bringt das Schema wieder auf den Stand.</translation>
    </message>
    <message>
        <source>`portolan migrate down` takes a migration back, with a backup before it.</source>
        <translation>`portolan migrate down` nimmt eine Migration zurück, nach einer Sicherung.</translation>
    </message>
    <message>
        <source>It notes that a command was let into the store. Undo what the command did; its entries come next.</source>
        <translation>Er vermerkt, dass ein Befehl in den Store gelassen wurde. Rückgängig machen, was der Befehl getan hat; seine Einträge folgen.</translation>
    </message>
    <message>
        <source>The audit&apos;s %1 holds statements that are not run from an audit: anyone who may write into it could have put them there, and only names, types and plain defaults of user-defined tables are known to be safe. Change the table by hand.</source>
        <translation>Der Eintrag %1 des Audits enthält Anweisungen, die aus einem Audit nicht ausgeführt werden: Wer dort schreiben darf, könnte sie hineingeschrieben haben, und nur Namen, Typen und einfache Vorgaben benutzerdefinierter Tabellen gelten als sicher. Ändern Sie die Tabelle von Hand.</translation>
    </message>
    <message>
        <source>`portolan switch` with the two stores exchanged brings back what came since, and switches back.</source>
        <translation>`portolan switch` mit den beiden Stores vertauscht bringt zurück, was seitdem kam, und schaltet zurück.</translation>
    </message>
    <message>
        <source>It notes that two stores were alike for long enough; nothing was changed.</source>
        <translation>Er vermerkt, dass zwei Stores lange genug gleich waren; geändert wurde nichts.</translation>
    </message>
</context>
<context>
    <name>Usage</name>
    <message>
        <source>it would run itself</source>
        <translation>er führte sich selbst aus</translation>
    </message>
    <message>
        <source>a sample is for trying out</source>
        <translation>ein Muster ist zum Ausprobieren da</translation>
    </message>
    <message>
        <source>it never ends; give it --idle-exit or --max</source>
        <translation>er endet nie; mit --idle-exit oder --max tut er es</translation>
    </message>
    <message>
        <source>with --follow it never ends; give it --idle-exit</source>
        <translation>mit --follow endet er nie; mit --idle-exit tut er es</translation>
    </message>
    <message>
        <source>schedule add needs the COMMAND after --: schedule add nightly --every &apos;daily 02:00&apos; --store STORE -- verify</source>
        <translation>schedule add braucht den BEFEHL nach --: schedule add nightly --every &apos;daily 02:00&apos; --store STORE -- verify</translation>
    </message>
    <message>
        <source>A schedule runs commands of this program; there is no &quot;%1&quot;.</source>
        <translation>Ein Zeitplan führt Befehle dieses Programms aus; „%1“ gibt es nicht.</translation>
    </message>
    <message>
        <source>A schedule keeps no passwords: leave it out of the URL, and keep it in ~/.pgpass or in the keychain.</source>
        <translation>Ein Zeitplan bewahrt keine Passwörter auf: es gehört nicht in die URL, sondern in ~/.pgpass oder in den Schlüsselbund.</translation>
    </message>
    <message>
        <source>%1 cannot be scheduled: %2.</source>
        <translation>%1 kann nicht geplant werden: %2.</translation>
    </message>
    <message>
        <source>There is no option %1.</source>
        <translation>Die Option %1 gibt es nicht.</translation>
    </message>
    <message>
        <source>--%1 is given twice.</source>
        <translation>--%1 ist doppelt angegeben.</translation>
    </message>
    <message>
        <source>--%1 takes no value.</source>
        <translation>--%1 hat keinen Wert.</translation>
    </message>
    <message>
        <source>--%1 needs a value: %2.</source>
        <translation>--%1 braucht einen Wert: %2.</translation>
    </message>
    <message>
        <source>%1 needs %2.</source>
        <translation>%1 braucht %2.</translation>
    </message>
    <message>
        <source>%1 does not take &quot;%2&quot;.</source>
        <translation>%1 kennt „%2“ nicht.</translation>
    </message>
    <message>
        <source>--%1 and --env name two stores; give one.</source>
        <translation>--%1 und --env nennen zwei Stores; einer genügt.</translation>
    </message>
    <message>
        <source>%1 needs --%2.</source>
        <translation>%1 braucht --%2.</translation>
    </message>
    <message>
        <source> Did you mean `%1%2`?</source>
        <translation> Gemeint ist vielleicht `%1%2`.</translation>
    </message>
</context>
<context>
    <name>WindowDocks</name>
    <message>
        <source>Show or hide: %1</source>
        <translation>Ein- oder ausblenden: %1</translation>
    </message>
</context>
<context>
    <name>portolan::AboutDialog</name>
    <message>
        <source>About Portolan</source>
        <translation>Über Portolan</translation>
    </message>
    <message>
        <source>Portolan, a console for message pipelines</source>
        <translation>Portolan, eine Konsole für Nachrichten-Pipelines</translation>
    </message>
    <message>
        <source>Free software under the GNU General Public License, version 3 or later. It comes without any warranty.</source>
        <translation>Freie Software unter der GNU General Public License, Version 3 oder neuer. Ohne jede Gewährleistung.</translation>
    </message>
    <message>
        <source>Copy diagnostics</source>
        <translation>Diagnose kopieren</translation>
    </message>
    <message>
        <source>There is no path, name, store or secret among these: they can be shown to others.</source>
        <translation>Hierunter ist kein Pfad, kein Name, kein Store und kein Geheimnis: Die Angaben können weitergegeben werden.</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
</context>
<context>
    <name>portolan::AlertActions</name>
    <message>
        <source>Alert in %1: %2</source>
        <translation>Alarm in %1: %2</translation>
    </message>
    <message>
        <source>No longer in %1: %2</source>
        <translation>Nicht mehr in %1: %2</translation>
    </message>
</context>
<context>
    <name>portolan::AlertForm</name>
    <message>
        <source>Look at it</source>
        <translation>Ansehen</translation>
    </message>
    <message>
        <source>Name of the alert</source>
        <translation>Name des Alarms</translation>
    </message>
    <message>
        <source>Rows of</source>
        <translation>Zeilen von</translation>
    </message>
    <message>
        <source>Filter of the alert</source>
        <translation>Filter des Alarms</translation>
    </message>
    <message>
        <source>Threshold</source>
        <translation>Schwelle</translation>
    </message>
    <message>
        <source>Window</source>
        <translation>Zeitfenster</translation>
    </message>
    <message>
        <source> s</source>
        <translation> s</translation>
    </message>
    <message>
        <source>whenever</source>
        <translation>jederzeit</translation>
    </message>
    <message>
        <source>within</source>
        <translation>innerhalb</translation>
    </message>
    <message>
        <source>Alert</source>
        <translation>Alarm</translation>
    </message>
    <message>
        <source>About rows of</source>
        <translation>Über Zeilen von</translation>
    </message>
    <message>
        <source>That match</source>
        <translation>Die passen zu</translation>
    </message>
    <message>
        <source>Fires at</source>
        <translation>Löst aus bei</translation>
    </message>
    <message>
        <source>Commands call it %1</source>
        <translation>Befehle nennen ihn %1</translation>
    </message>
    <message>
        <source> MiB</source>
        <translation> MiB</translation>
    </message>
    <message>
        <source>Fires when so many rows match, and lie within the window.</source>
        <translation>Löst aus, wenn so viele Zeilen passen und im Zeitfenster liegen.</translation>
    </message>
</context>
<context>
    <name>portolan::AlertModel</name>
    <message>
        <source>State</source>
        <translation>Zustand</translation>
    </message>
    <message>
        <source>Alert</source>
        <translation>Alarm</translation>
    </message>
    <message>
        <source>Now</source>
        <translation>Jetzt</translation>
    </message>
    <message>
        <source>Fires</source>
        <translation>Löst aus</translation>
    </message>
    <message>
        <source>Within</source>
        <translation>Innerhalb</translation>
    </message>
    <message>
        <source>Rows of</source>
        <translation>Zeilen von</translation>
    </message>
    <message>
        <source>Filter</source>
        <translation>Filter</translation>
    </message>
</context>
<context>
    <name>portolan::AlertsDialog</name>
    <message>
        <source>Acknowledge</source>
        <translation>Bestätigen</translation>
    </message>
    <message>
        <source>New alert</source>
        <translation>Neuer Alarm</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Speichern</translation>
    </message>
    <message>
        <source>Alerts</source>
        <translation>Alarme</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Alerts of %1</source>
        <translation>Alarme von %1</translation>
    </message>
    <message>
        <source>Saved: %1</source>
        <translation>Gespeichert: %1</translation>
    </message>
    <message>
        <source>As usual again: %1</source>
        <translation>Wieder wie üblich: %1</translation>
    </message>
    <message>
        <source>Removed: %1</source>
        <translation>Entfernt: %1</translation>
    </message>
    <message>
        <source>Acknowledged: %1</source>
        <translation>Bestätigt: %1</translation>
    </message>
    <message>
        <source>It does not fire.</source>
        <translation>Er ist nicht ausgelöst.</translation>
    </message>
    <message>
        <source>Takes away what this store says of it: it is as it is built in again.</source>
        <translation>Nimmt weg, was dieser Store dazu sagt: Er ist wieder, wie er eingebaut ist.</translation>
    </message>
    <message>
        <source>As built in</source>
        <translation>Wie eingebaut</translation>
    </message>
    <message>
        <source>change an alert</source>
        <translation>einen Alarm zu ändern</translation>
    </message>
    <message>
        <source>remove an alert</source>
        <translation>einen Alarm zu entfernen</translation>
    </message>
    <message>
        <source>acknowledge an alert</source>
        <translation>einen Alarm zu bestätigen</translation>
    </message>
</context>
<context>
    <name>portolan::ArchiveController</name>
    <message>
        <source>; %1 were not, e.g. %2: %3</source>
        <translation>; %1 nicht, z. B. %2: %3</translation>
    </message>
    <message>
        <source>Dead letters discarded: %1</source>
        <translation>Verworfene Dead Letters: %1</translation>
    </message>
    <message>
        <source>%1; %2 had changed meanwhile and stayed.</source>
        <translation>%1; %2 hatten sich inzwischen geändert und sind geblieben.</translation>
    </message>
    <message>
        <source>Messages restored: %1%2.</source>
        <translation>Wiederhergestellte Nachrichten: %1%2.</translation>
    </message>
    <message>
        <source>Cancelled; about %1 of %2 are in the archive.</source>
        <translation>Abgebrochen; etwa %1 von %2 sind im Archiv.</translation>
    </message>
    <message>
        <source>Cancelled; about %1 of %2 are back.</source>
        <translation>Abgebrochen; etwa %1 von %2 sind zurück.</translation>
    </message>
</context>
<context>
    <name>portolan::ArchiveView</name>
    <message>
        <source>There is no message %1 in the archive.</source>
        <translation>Im Archiv gibt es keine Nachricht %1.</translation>
    </message>
    <message>
        <source>The archive is empty.</source>
        <translation>Das Archiv ist leer.</translation>
    </message>
    <message>
        <source>Discarded dead letters appear here, and the originals of edited ones.</source>
        <translation>Hier stehen verworfene Dead Letters und die Originale bearbeiteter Nachrichten.</translation>
    </message>
    <message>
        <source>No archived message matches the filter.</source>
        <translation>Keine archivierte Nachricht entspricht dem Filter.</translation>
    </message>
    <message>
        <source>Restore…</source>
        <translation>Wiederherstellen…</translation>
    </message>
    <message>
        <source>%1 selected</source>
        <translation>%1 ausgewählt</translation>
    </message>
    <message>
        <source>Restore %1 selected…</source>
        <translation>%1 ausgewählte wiederherstellen…</translation>
    </message>
    <message>
        <source>Puts them back where they were, byte for byte</source>
        <translation>Bringt sie Byte für Byte dorthin zurück, wo sie waren</translation>
    </message>
    <message>
        <source>Select the messages that are to be put back.</source>
        <translation>Die Nachrichten auswählen, die zurückgebracht werden sollen.</translation>
    </message>
    <message>
        <source>restore messages</source>
        <translation>Nachrichten wiederherzustellen</translation>
    </message>
    <message>
        <source>Restore messages</source>
        <translation>Nachrichten wiederherstellen</translation>
    </message>
    <message>
        <source>Messages that go back where they were: %1. Why? It goes into the audit.</source>
        <translation>Nachrichten, die an ihren Ort zurückkehren: %1. Warum? Der Grund wird im Audit vermerkt.</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>Grund</translation>
    </message>
    <message>
        <source>Restore</source>
        <translation>Wiederherstellen</translation>
    </message>
    <message>
        <source>Nothing was restored: it needs a reason.</source>
        <translation>Nichts wurde wiederhergestellt: Dazu ist ein Grund nötig.</translation>
    </message>
</context>
<context>
    <name>portolan::AuditPane</name>
    <message>
        <source>There is no entry %1 in the audit.</source>
        <translation>Im Audit gibt es keinen Eintrag %1.</translation>
    </message>
    <message>
        <source>Nothing was done yet.</source>
        <translation>Noch wurde nichts getan.</translation>
    </message>
    <message>
        <source>Replays and all other changes of the store appear here, with who made them and why.</source>
        <translation>Hier stehen Rückspielungen und alles andere, was den Store verändert: wer es tat und warum.</translation>
    </message>
    <message>
        <source>No entry matches the filter.</source>
        <translation>Kein Eintrag entspricht dem Filter.</translation>
    </message>
    <message>
        <source>Undo…</source>
        <translation>Rückgängig…</translation>
    </message>
    <message>
        <source>Choose one entry.</source>
        <translation>Einen Eintrag wählen.</translation>
    </message>
    <message>
        <source>This version does not know how to undo it.</source>
        <translation>Diese Version weiß nicht, wie das rückgängig gemacht wird.</translation>
    </message>
    <message>
        <source>Undo the whole act that this entry belongs to</source>
        <translation>Die ganze Handlung rückgängig machen, zu der dieser Eintrag gehört</translation>
    </message>
    <message>
        <source>What people did appears here, and what programs did, run by run.</source>
        <translation>Was Menschen taten, erscheint hier, und was Programme taten, Lauf für Lauf.</translation>
    </message>
    <message>
        <source>No act matches the filter.</source>
        <translation>Keine Handlung entspricht dem Filter.</translation>
    </message>
    <message>
        <source>All acts</source>
        <translation>Alle Handlungen</translation>
    </message>
    <message>
        <source>Show the entries of all acts</source>
        <translation>Die Einträge aller Handlungen zeigen</translation>
    </message>
    <message>
        <source>reading on…</source>
        <translation>wird weiter gelesen…</translation>
    </message>
    <message>
        <source>the newest</source>
        <translation>die neuesten</translation>
    </message>
</context>
<context>
    <name>portolan::BackupDialog</name>
    <message>
        <source>Back the store up</source>
        <translation>Den Store sichern</translation>
    </message>
    <message>
        <source>One file with the data as they are at one moment; programs that write go on meanwhile. It is unpacked and looked at before it gets its name.</source>
        <translation>Eine Datei mit den Daten, wie sie in einem Moment sind; Programme, die schreiben, schreiben währenddessen weiter. Sie wird entpackt und angesehen, bevor sie ihren Namen bekommt.</translation>
    </message>
    <message>
        <source>the store&apos;s own folder of backups</source>
        <translation>der Sicherungsordner des Stores</translation>
    </message>
    <message>
        <source>Where to</source>
        <translation>Wohin</translation>
    </message>
    <message>
        <source>Back up to</source>
        <translation>Sichern nach</translation>
    </message>
    <message>
        <source>Back up</source>
        <translation>Sichern</translation>
    </message>
    <message>
        <source>Tables</source>
        <translation>Tabellen</translation>
    </message>
    <message>
        <source>Back this store up</source>
        <translation>Diesen Store sichern</translation>
    </message>
    <message numerus="yes">
        <source>Back %n table(s) up</source>
        <translation>
            <numerusform>%n Tabelle sichern</numerusform>
            <numerusform>%n Tabellen sichern</numerusform>
        </translation>
    </message>
    <message>
        <source>Choose a table first</source>
        <translation>Erst eine Tabelle wählen</translation>
    </message>
</context>
<context>
    <name>portolan::BackupsView</name>
    <message>
        <source>There is no backup of this store.</source>
        <translation>Von diesem Store gibt es keine Sicherung.</translation>
    </message>
    <message>
        <source>Back up… makes one while programs go on writing, and proves it. Those made before a migration appear here, too.</source>
        <translation>Sichern… macht eine, während Programme weiterschreiben, und prüft sie. Auch die vor einer Migration erscheinen hier.</translation>
    </message>
    <message>
        <source>No backup matches the filter.</source>
        <translation>Keine Sicherung passt zum Filter.</translation>
    </message>
    <message>
        <source>Back up…</source>
        <translation>Sichern…</translation>
    </message>
    <message>
        <source>Verify</source>
        <translation>Prüfen</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Öffnen</translation>
    </message>
    <message>
        <source>Restore…</source>
        <translation>Wiederherstellen…</translation>
    </message>
    <message>
        <source>Something is being done to the store.</source>
        <translation>Am Store wird gerade etwas getan.</translation>
    </message>
    <message>
        <source>Choose a backup</source>
        <translation>Eine Sicherung wählen</translation>
    </message>
    <message>
        <source>Makes a file of everything in the store, and proves it</source>
        <translation>Macht eine Datei mit allem im Store und prüft sie</translation>
    </message>
    <message>
        <source>Restores it aside, runs every check, and compares it with the store</source>
        <translation>Stellt sie daneben wieder her, macht jede Prüfung und vergleicht sie mit dem Store</translation>
    </message>
    <message>
        <source>A server&apos;s backup is opened by restoring it</source>
        <translation>Die Sicherung eines Servers wird geöffnet, indem man sie wiederherstellt</translation>
    </message>
    <message>
        <source>Opens it as a store that is only read</source>
        <translation>Öffnet sie als Store, der nur gelesen wird</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>Vergleichen</translation>
    </message>
    <message>
        <source>Restores it aside, and lists the rows by which it and the store differ</source>
        <translation>Stellt sie daneben wieder her und zeigt die Zeilen, in denen sie und der Store sich unterscheiden</translation>
    </message>
    <message>
        <source>Puts it into a new or empty place, or in the place of this store</source>
        <translation>Bringt sie an einen neuen oder leeren Ort oder an die Stelle dieses Stores</translation>
    </message>
    <message>
        <source>restore a backup in its place</source>
        <translation>eine Sicherung an seiner Stelle wiederherzustellen</translation>
    </message>
</context>
<context>
    <name>portolan::BatchesPane</name>
    <message>
        <source>No batches yet.</source>
        <translation>Noch keine Batches.</translation>
    </message>
    <message>
        <source>Every ten messages make a batch. Start receiving to fill the first one.</source>
        <translation>Je zehn Nachrichten ergeben einen Batch. Der erste füllt sich, sobald der Empfang läuft.</translation>
    </message>
    <message>
        <source>No batch matches.</source>
        <translation>Kein Batch entspricht dem Filter.</translation>
    </message>
    <message>
        <source>No messages yet.</source>
        <translation>Noch keine Nachrichten.</translation>
    </message>
    <message>
        <source>Start receiving from a source, or open a store that holds some.</source>
        <translation>Den Empfang aus einer Quelle starten oder einen Store öffnen, der Nachrichten enthält.</translation>
    </message>
    <message>
        <source>No message matches the filter.</source>
        <translation>Keine Nachricht entspricht dem Filter.</translation>
    </message>
    <message>
        <source>Messages that a source lost, or may have lost, appear here with their numbers.</source>
        <translation>Was einer Quelle verloren ging oder verloren gegangen sein kann, steht hier mit seinen Nummern.</translation>
    </message>
    <message>
        <source>No gap matches the filter.</source>
        <translation>Keine Lücke entspricht dem Filter.</translation>
    </message>
    <message>
        <source>Messages</source>
        <translation>Nachrichten</translation>
    </message>
    <message>
        <source>Rejected</source>
        <translation>Abgewiesen</translation>
    </message>
    <message>
        <source>Gaps</source>
        <translation>Lücken</translation>
    </message>
    <message>
        <source>All batches</source>
        <translation>Alle Batches</translation>
    </message>
    <message>
        <source>Messages, rejected and gaps</source>
        <translation>Nachrichten, Abgewiesenes und Lücken</translation>
    </message>
    <message>
        <source>Show the messages of all batches</source>
        <translation>Nachrichten aller Batches zeigen</translation>
    </message>
    <message>
        <source>Batch %1 only</source>
        <translation>Nur Batch %1</translation>
    </message>
    <message>
        <source>No receiver noted a gap.</source>
        <translation>Kein Empfänger hat eine Lücke vermerkt.</translation>
    </message>
</context>
<context>
    <name>portolan::BundleDialog</name>
    <message>
        <source>With a report of the time around them, and its charts</source>
        <translation>Mit einem Bericht über die Zeit davor und danach samt Diagrammen</translation>
    </message>
    <message>
        <source>Incident of %1</source>
        <translation>Vorfall vom %1</translation>
    </message>
    <message>
        <source>Take an incident home</source>
        <translation>Vorfall mitnehmen</translation>
    </message>
    <message>
        <source>Report title</source>
        <translation>Titel des Berichts</translation>
    </message>
    <message>
        <source>Messages</source>
        <translation>Nachrichten</translation>
    </message>
    <message>
        <source>Report</source>
        <translation>Bericht</translation>
    </message>
    <message>
        <source>Title</source>
        <translation>Titel</translation>
    </message>
    <message>
        <source>Where to</source>
        <translation>Wohin</translation>
    </message>
    <message>
        <source>Write the bundle to</source>
        <translation>Bündel schreiben nach</translation>
    </message>
    <message>
        <source>Write an incident bundle</source>
        <translation>Vorfallsbündel schreiben</translation>
    </message>
    <message>
        <source>One archive with the messages byte for byte, what the audit says of them, and checksums. It opens here again for reading, and can be imported into another store. Everything that the messages say is in it: look whom you hand it to.</source>
        <translation>Ein Archiv mit den Nachrichten Byte für Byte, dem, was das Audit über sie sagt, und Prüfsummen. Es lässt sich hier wieder zum Lesen öffnen und in einen anderen Store importieren. Alles, was in den Nachrichten steht, ist darin: Es gehört nicht in jede Hand.</translation>
    </message>
    <message>
        <source>The name ends with .zip.</source>
        <translation>Der Name endet auf .zip.</translation>
    </message>
    <message>
        <source>There is no folder %1.</source>
        <translation>Den Ordner %1 gibt es nicht.</translation>
    </message>
    <message>
        <source>%1 is a folder.</source>
        <translation>%1 ist ein Ordner.</translation>
    </message>
    <message>
        <source>Replace the file</source>
        <translation>Datei ersetzen</translation>
    </message>
    <message>
        <source>Write bundle</source>
        <translation>Bündel schreiben</translation>
    </message>
</context>
<context>
    <name>portolan::ChangesView</name>
    <message>
        <source>Version differences</source>
        <translation>Unterschiede der Version</translation>
    </message>
    <message>
        <source>Place</source>
        <translation>Stelle</translation>
    </message>
    <message>
        <source>Before → after</source>
        <translation>Vorher → nachher</translation>
    </message>
    <message>
        <source>By</source>
        <translation>Wer</translation>
    </message>
    <message>
        <source>Differences</source>
        <translation>Unterschiede</translation>
    </message>
    <message>
        <source>There is no version before it.</source>
        <translation>Davor gibt es keine Version.</translation>
    </message>
    <message>
        <source>%1, since %2</source>
        <translation>%1, seit %2</translation>
    </message>
    <message>
        <source>+ added</source>
        <translation>+ hinzugefügt</translation>
    </message>
    <message>
        <source>− removed</source>
        <translation>− entfernt</translation>
    </message>
</context>
<context>
    <name>portolan::ChartLegend</name>
    <message>
        <source>Legend</source>
        <translation>Legende</translation>
    </message>
    <message>
        <source>Hide %1</source>
        <translation>%1 ausblenden</translation>
    </message>
    <message>
        <source>Hide %1, or show it again</source>
        <translation>%1 aus- oder wieder einblenden</translation>
    </message>
    <message>
        <source>Take out of the chart</source>
        <translation>Aus dem Diagramm nehmen</translation>
    </message>
</context>
<context>
    <name>portolan::ChartPanel</name>
    <message>
        <source>All times</source>
        <translation>Alle Zeiten</translation>
    </message>
    <message>
        <source>Last 15 minutes</source>
        <translation>Letzte 15 Minuten</translation>
    </message>
    <message>
        <source>Last hour</source>
        <translation>Letzte Stunde</translation>
    </message>
    <message>
        <source>Last 6 hours</source>
        <translation>Letzte 6 Stunden</translation>
    </message>
    <message>
        <source>Last day</source>
        <translation>Letzter Tag</translation>
    </message>
    <message>
        <source>Last 7 days</source>
        <translation>Letzte 7 Tage</translation>
    </message>
    <message>
        <source>Last 30 days</source>
        <translation>Letzte 30 Tage</translation>
    </message>
    <message>
        <source>Last year</source>
        <translation>Letztes Jahr</translation>
    </message>
    <message>
        <source>Samples</source>
        <translation>Messwerte</translation>
    </message>
    <message>
        <source>Average</source>
        <translation>Mittelwert</translation>
    </message>
    <message>
        <source>Least</source>
        <translation>Kleinster</translation>
    </message>
    <message>
        <source>Greatest</source>
        <translation>Größter</translation>
    </message>
    <message>
        <source>Sum</source>
        <translation>Summe</translation>
    </message>
    <message>
        <source>Count</source>
        <translation>Anzahl</translation>
    </message>
    <message>
        <source>Rate</source>
        <translation>Rate</translation>
    </message>
    <message>
        <source>Median</source>
        <translation>Median</translation>
    </message>
    <message>
        <source>95th percentile</source>
        <translation>95. Perzentil</translation>
    </message>
    <message>
        <source>99th percentile</source>
        <translation>99. Perzentil</translation>
    </message>
    <message>
        <source>Messages</source>
        <translation>Nachrichten</translation>
    </message>
    <message>
        <source>Events</source>
        <translation>Ereignisse</translation>
    </message>
    <message>
        <source>Dead letters</source>
        <translation>Dead Letters</translation>
    </message>
    <message>
        <source>Chart figures</source>
        <translation>Werte des Diagramms</translation>
    </message>
    <message>
        <source>Charts</source>
        <translation>Diagramme</translation>
    </message>
    <message>
        <source>Times</source>
        <translation>Zeitraum</translation>
    </message>
    <message>
        <source>Figure</source>
        <translation>Kenngröße</translation>
    </message>
    <message>
        <source>Samples: each one, or where there are too many their mean with the band from least to greatest</source>
        <translation>Messwerte: jeder einzelne oder, wo es zu viele sind, ihr Mittel mit dem Band vom kleinsten zum größten</translation>
    </message>
    <message>
        <source>Back to the times before</source>
        <translation>Zurück zum vorigen Zeitraum</translation>
    </message>
    <message>
        <source>A chart for each series</source>
        <translation>Ein Diagramm je Reihe</translation>
    </message>
    <message>
        <source>What happened: bursts of dead letters, checkpoints, states of components, replays</source>
        <translation>Was geschah: Häufungen von Dead Letters, Checkpoints, Zustände von Komponenten, Rückspielungen</translation>
    </message>
    <message>
        <source>What happened</source>
        <translation>Was geschah</translation>
    </message>
    <message>
        <source>Thresholds: lines at values of your choice</source>
        <translation>Schwellenwerte: Linien bei selbst gewählten Werten</translation>
    </message>
    <message>
        <source>Thresholds…</source>
        <translation>Schwellenwerte…</translation>
    </message>
    <message>
        <source>The figures as a table</source>
        <translation>Die Werte als Tabelle</translation>
    </message>
    <message>
        <source>Copy the picture</source>
        <translation>Bild kopieren</translation>
    </message>
    <message>
        <source>Save the chart…</source>
        <translation>Diagramm speichern…</translation>
    </message>
    <message>
        <source>%1 of these times</source>
        <translation>%1 in diesem Zeitraum</translation>
    </message>
    <message>
        <source>Choose no times</source>
        <translation>Keinen Zeitraum wählen</translation>
    </message>
    <message>
        <source>Choose a series.</source>
        <translation>Eine Reihe auswählen.</translation>
    </message>
    <message>
        <source>Choose several to compare them, with Ctrl or Shift, or drag them here.</source>
        <translation>Zum Vergleichen mehrere mit Strg oder Umschalt auswählen oder hierher ziehen.</translation>
    </message>
    <message>
        <source>Loading…</source>
        <translation>Wird geladen…</translation>
    </message>
    <message>
        <source>No samples in these times.</source>
        <translation>Keine Messwerte in diesem Zeitraum.</translation>
    </message>
    <message>
        <source>Choose other times above, or go back.</source>
        <translation>Oben einen anderen Zeitraum wählen oder zurückgehen.</translation>
    </message>
    <message>
        <source>Chart %1</source>
        <translation>Diagramm %1</translation>
    </message>
    <message>
        <source>Chosen: %1 to %2</source>
        <translation>Gewählt: %1 bis %2</translation>
    </message>
    <message>
        <source>The picture is in the clipboard.</source>
        <translation>Das Bild ist in der Zwischenablage.</translation>
    </message>
    <message>
        <source>Save the chart</source>
        <translation>Diagramm speichern</translation>
    </message>
    <message>
        <source>Picture (*.png)</source>
        <translation>Bild (*.png)</translation>
    </message>
    <message>
        <source>Drawing (*.svg)</source>
        <translation>Zeichnung (*.svg)</translation>
    </message>
    <message>
        <source>Figures (*.csv)</source>
        <translation>Werte (*.csv)</translation>
    </message>
    <message>
        <source>Saved in %1.</source>
        <translation>In %1 gespeichert.</translation>
    </message>
    <message>
        <source>%1 could not be written: %2.</source>
        <translation>%1 konnte nicht geschrieben werden: %2.</translation>
    </message>
    <message>
        <source>Between two times…</source>
        <translation>Zwischen zwei Zeiten…</translation>
    </message>
    <message>
        <source>In every pane</source>
        <translation>In jeder Ansicht</translation>
    </message>
    <message>
        <source>Shows these times alone, in every pane</source>
        <translation>Zeigt nur diese Zeit, in jeder Ansicht</translation>
    </message>
    <message>
        <source>Choose the times of the highest value (Ctrl+H)</source>
        <translation>Die Zeiten des höchsten Werts wählen (Strg+H)</translation>
    </message>
    <message>
        <source>Times of the highest value</source>
        <translation>Zeiten des höchsten Werts</translation>
    </message>
</context>
<context>
    <name>portolan::ChartTable</name>
    <message>
        <source>%1, least</source>
        <translation>%1, kleinster</translation>
    </message>
    <message>
        <source>%1, greatest</source>
        <translation>%1, größter</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>Zeit</translation>
    </message>
</context>
<context>
    <name>portolan::ChartThresholds</name>
    <message>
        <source>Thresholds</source>
        <translation>Schwellenwerte</translation>
    </message>
    <message>
        <source>A line across the chart at each of these values, with blanks between them; none: no line.</source>
        <translation>Eine Linie durch das Diagramm bei jedem dieser Werte, durch Leerzeichen getrennt; leer: keine Linie.</translation>
    </message>
    <message>
        <source>Values</source>
        <translation>Werte</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>Anzeigen</translation>
    </message>
    <message>
        <source>“%1” is no number; the thresholds are as they were.</source>
        <translation>„%1“ ist keine Zahl; die Schwellenwerte bleiben, wie sie waren.</translation>
    </message>
</context>
<context>
    <name>portolan::CheckModel</name>
    <message>
        <source>○ waiting</source>
        <translation>○ wartet</translation>
    </message>
    <message>
        <source>◐ checking</source>
        <translation>◐ wird geprüft</translation>
    </message>
    <message>
        <source>● ok</source>
        <translation>● in Ordnung</translation>
    </message>
    <message>
        <source>✖ found</source>
        <translation>✖ Befund</translation>
    </message>
    <message>
        <source>▲ not checked</source>
        <translation>▲ nicht geprüft</translation>
    </message>
    <message>
        <source>%1 ms</source>
        <translation>%1 ms</translation>
    </message>
    <message>
        <source>%1 s</source>
        <translation>%1 s</translation>
    </message>
    <message>
        <source>Result</source>
        <translation>Ergebnis</translation>
    </message>
    <message>
        <source>Check</source>
        <translation>Prüfung</translation>
    </message>
    <message>
        <source>Count</source>
        <translation>Anzahl</translation>
    </message>
    <message>
        <source>Detail</source>
        <translation>Einzelheiten</translation>
    </message>
    <message>
        <source>Checked</source>
        <translation>Geprüft</translation>
    </message>
    <message>
        <source>Took</source>
        <translation>Dauer</translation>
    </message>
    <message>
        <source>Check %1</source>
        <translation>Prüfung %1</translation>
    </message>
    <message>
        <source>Promise</source>
        <translation>Zusage</translation>
    </message>
    <message>
        <source>This is no JSON document.</source>
        <translation>Das ist kein JSON-Dokument.</translation>
    </message>
    <message>
        <source>Healing</source>
        <translation>Reparatur</translation>
    </message>
    <message>
        <source>These are SQL statements.</source>
        <translation>Das sind SQL-Anweisungen.</translation>
    </message>
    <message>
        <source>Rows</source>
        <translation>Zeilen</translation>
    </message>
    <message>
        <source>The first rows</source>
        <translation>Die ersten Zeilen</translation>
    </message>
    <message>
        <source>The check names no rows.</source>
        <translation>Die Prüfung nennt keine Zeilen.</translation>
    </message>
</context>
<context>
    <name>portolan::CheckpointActions</name>
    <message>
        <source>undone: %1</source>
        <translation>rückgängig gemacht: %1</translation>
    </message>
    <message>
        <source>Promote…</source>
        <translation>Hochstufen…</translation>
    </message>
    <message>
        <source>Expiry…</source>
        <translation>Ablauf…</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>Dismiss</source>
        <translation>Ausblenden</translation>
    </message>
    <message>
        <source>promote a checkpoint</source>
        <translation>einen Checkpoint hochzustufen</translation>
    </message>
    <message>
        <source>set the expiry of a checkpoint</source>
        <translation>den Ablauf eines Checkpoints festzulegen</translation>
    </message>
    <message>
        <source>undo it</source>
        <translation>es rückgängig zu machen</translation>
    </message>
    <message>
        <source>Choose one version.</source>
        <translation>Eine Version auswählen.</translation>
    </message>
    <message>
        <source>Make the chosen version the latest of its name</source>
        <translation>Die gewählte Version zur neuesten ihres Namens machen</translation>
    </message>
    <message>
        <source>Say when the chosen version may be deleted</source>
        <translation>Festlegen, wann die gewählte Version gelöscht werden darf</translation>
    </message>
    <message>
        <source>Version %1 of “%2” is the latest now.</source>
        <translation>Version %1 von „%2“ ist jetzt die neueste.</translation>
    </message>
    <message>
        <source>Version %1 of “%2” expires at %3.</source>
        <translation>Version %1 von „%2“ läuft am %3 ab.</translation>
    </message>
    <message>
        <source>Version %1 of “%2” never expires.</source>
        <translation>Version %1 von „%2“ läuft nie ab.</translation>
    </message>
</context>
<context>
    <name>portolan::Closing</name>
    <message>
        <source>Receiving from %1 into %2</source>
        <translation>Empfang aus %1 in %2</translation>
    </message>
    <message>
        <source>%1 in %2: rests where it is</source>
        <translation>%1 in %2: ruht an seiner Stelle</translation>
    </message>
    <message>
        <source>%1 in %2: is cancelled</source>
        <translation>%1 in %2: wird abgebrochen</translation>
    </message>
    <message>
        <source>receiving from %1</source>
        <translation>Empfang aus %1</translation>
    </message>
    <message numerus="yes">
        <source>%n replay(s)</source>
        <translation>
            <numerusform>%n Replay</numerusform>
            <numerusform>%n Replays</numerusform>
        </translation>
    </message>
    <message>
        <source>Stopped when the window was closed, in %1: %2.</source>
        <translation>Beim Schließen des Fensters angehalten, in %1: %2.</translation>
    </message>
    <message>
        <source>Something is still running</source>
        <translation>Es läuft noch etwas</translation>
    </message>
    <message>
        <source>Something is still running in this store</source>
        <translation>In diesem Store läuft noch etwas</translation>
    </message>
    <message>
        <source>Portolan goes on in the background</source>
        <translation>Portolan läuft im Hintergrund weiter</translation>
    </message>
    <message>
        <source>Start Portolan again to see it.</source>
        <translation>Portolan noch einmal starten, um es zu sehen.</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>Open the store</source>
        <translation>Store öffnen</translation>
    </message>
</context>
<context>
    <name>portolan::ClosingDialog</name>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Stop and close</source>
        <translation>Anhalten und schließen</translation>
    </message>
    <message>
        <source>Keep running in the background</source>
        <translation>Im Hintergrund weiterlaufen lassen</translation>
    </message>
    <message>
        <source>This window is a program of its own: a later start would not find it again.</source>
        <translation>Dieses Fenster ist ein eigenes Programm: Ein späterer Start würde es nicht wiederfinden.</translation>
    </message>
    <message>
        <source>What was received is stored and acknowledged first.</source>
        <translation>Was empfangen wurde, wird zuerst gespeichert und bestätigt.</translation>
    </message>
    <message>
        <source>Stop and close: what was received is stored and acknowledged first; the next start offers to go on.</source>
        <translation>Anhalten und schließen: Was empfangen wurde, wird zuerst gespeichert und bestätigt; der nächste Start bietet an fortzusetzen.</translation>
    </message>
    <message>
        <source>In the background all goes on without the window. Start Portolan again to bring it back; the program ends when nothing runs any more.</source>
        <translation>Im Hintergrund geht alles ohne das Fenster weiter. Ein erneuter Start von Portolan bringt es zurück; das Programm endet, wenn nichts mehr läuft.</translation>
    </message>
</context>
<context>
    <name>portolan::CommandPalette</name>
    <message>
        <source>Command palette</source>
        <translation>Befehlspalette</translation>
    </message>
    <message>
        <source>Command</source>
        <translation>Befehl</translation>
    </message>
    <message>
        <source>What do you want to do?</source>
        <translation>Was ist zu tun?</translation>
    </message>
    <message>
        <source>Commands</source>
        <translation>Befehle</translation>
    </message>
    <message>
        <source>No command has these words in its name.</source>
        <translation>Kein Befehl hat diese Wörter im Namen.</translation>
    </message>
    <message>
        <source>Enter does it · F2 gives it a key</source>
        <translation>Enter führt aus · F2 vergibt eine Taste</translation>
    </message>
</context>
<context>
    <name>portolan::ComparisonTreeModel</name>
    <message>
        <source>Field</source>
        <translation>Feld</translation>
    </message>
    <message>
        <source>Change</source>
        <translation>Änderung</translation>
    </message>
</context>
<context>
    <name>portolan::ComparisonView</name>
    <message>
        <source>Changes only</source>
        <translation>Nur Änderungen</translation>
    </message>
    <message>
        <source>Differences</source>
        <translation>Unterschiede</translation>
    </message>
    <message>
        <source>Side by side</source>
        <translation>Nebeneinander</translation>
    </message>
    <message>
        <source>Comparison views</source>
        <translation>Ansichten des Vergleichs</translation>
    </message>
    <message>
        <source>Tree</source>
        <translation>Baum</translation>
    </message>
    <message>
        <source>Summary of the comparison</source>
        <translation>Zusammenfassung des Vergleichs</translation>
    </message>
</context>
<context>
    <name>portolan::ComponentPorts</name>
    <message>
        <source>Ports of the component</source>
        <translation>Ports der Komponente</translation>
    </message>
    <message>
        <source>Way</source>
        <translation>Richtung</translation>
    </message>
    <message>
        <source>Port</source>
        <translation>Port</translation>
    </message>
    <message>
        <source>Rate</source>
        <translation>Rate</translation>
    </message>
    <message>
        <source>Dead letters</source>
        <translation>Dead Letters</translation>
    </message>
    <message>
        <source>Component</source>
        <translation>Komponente</translation>
    </message>
    <message>
        <source>Choose a component.</source>
        <translation>Eine Komponente auswählen.</translation>
    </message>
    <message>
        <source>Loading…</source>
        <translation>Wird geladen…</translation>
    </message>
    <message>
        <source>No message has gone through a port of it yet.</source>
        <translation>Noch ist keine Nachricht durch einen ihrer Ports gegangen.</translation>
    </message>
    <message>
        <source>→ reads</source>
        <translation>→ liest</translation>
    </message>
    <message>
        <source>writes →</source>
        <translation>schreibt →</translation>
    </message>
</context>
<context>
    <name>portolan::ComponentsPane</name>
    <message>
        <source>No component has reported yet.</source>
        <translation>Noch hat sich keine Komponente gemeldet.</translation>
    </message>
    <message>
        <source>Components say here how they are; who falls silent comes first.</source>
        <translation>Hier sagen Komponenten, wie es um sie steht; wer verstummt, steht oben.</translation>
    </message>
    <message>
        <source>No component matches.</source>
        <translation>Keine Komponente entspricht dem Filter.</translation>
    </message>
    <message>
        <source>Silent after…</source>
        <translation>Stumm nach…</translation>
    </message>
    <message>
        <source>Health</source>
        <translation>Befinden</translation>
    </message>
    <message>
        <source>Graph</source>
        <translation>Graph</translation>
    </message>
    <message>
        <source>set when a component is silent</source>
        <translation>festzulegen, wann eine Komponente stumm ist</translation>
    </message>
    <message>
        <source>Say after how long without a report the chosen component is silent</source>
        <translation>Festlegen, nach welcher Zeit ohne Meldung die gewählte Komponente als stumm gilt</translation>
    </message>
    <message>
        <source>Choose a component.</source>
        <translation>Eine Komponente auswählen.</translation>
    </message>
    <message>
        <source>When “%1” is silent was set.</source>
        <translation>Wann „%1“ stumm ist, wurde festgelegt.</translation>
    </message>
    <message>
        <source>Sinks keep nothing yet.</source>
        <translation>Sinks bewahren noch nichts auf.</translation>
    </message>
    <message>
        <source>Documents that sinks have stored appear here, by sink and type.</source>
        <translation>Hier steht, was Sinks gespeichert haben, nach Sink und Typ, mit seinem Dokument.</translation>
    </message>
    <message>
        <source>No row of a sink matches.</source>
        <translation>Keine Zeile eines Sinks passt.</translation>
    </message>
    <message>
        <source>Sinks</source>
        <translation>Sinks</translation>
    </message>
    <message>
        <source>Ports</source>
        <translation>Ports</translation>
    </message>
</context>
<context>
    <name>portolan::DataTable</name>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Copy with header</source>
        <translation>Mit Kopfzeile kopieren</translation>
    </message>
    <message>
        <source>Copy as CSV</source>
        <translation>Als CSV kopieren</translation>
    </message>
    <message>
        <source>Copy as JSON</source>
        <translation>Als JSON kopieren</translation>
    </message>
    <message>
        <source>Copy as Markdown</source>
        <translation>Als Markdown kopieren</translation>
    </message>
    <message>
        <source>The list has changed: read it again</source>
        <translation>Die Liste hat sich geändert: neu einlesen</translation>
    </message>
    <message>
        <source>%1 new</source>
        <translation>%1 neu</translation>
    </message>
    <message>
        <source>Show the new rows: %1</source>
        <translation>Neue Zeilen zeigen: %1</translation>
    </message>
    <message>
        <source>Copy its id</source>
        <translation>ID kopieren</translation>
    </message>
</context>
<context>
    <name>portolan::DayCard</name>
    <message>
        <source>All times</source>
        <translation>Alle Zeiten</translation>
    </message>
    <message>
        <source>Table</source>
        <translation>Tabelle</translation>
    </message>
    <message>
        <source>Last 24 hours</source>
        <translation>Letzte 24 Stunden</translation>
    </message>
    <message>
        <source>Show all times in every pane</source>
        <translation>In jeder Ansicht alle Zeiten zeigen</translation>
    </message>
    <message>
        <source>Show the last 24 hours as a table</source>
        <translation>Die letzten 24 Stunden als Tabelle zeigen</translation>
    </message>
    <message>
        <source>every pane shows %1</source>
        <translation>jede Ansicht zeigt %1</translation>
    </message>
    <message>
        <source>drag: the whole window to these times</source>
        <translation>ziehen: das ganze Fenster auf diese Zeiten</translation>
    </message>
</context>
<context>
    <name>portolan::DayTimeline</name>
    <message>
        <source>Timeline of the last 24 hours</source>
        <translation>Zeitleiste der letzten 24 Stunden</translation>
    </message>
    <message>
        <source>It is being read.</source>
        <translation>Sie wird gelesen.</translation>
    </message>
    <message>
        <source>received</source>
        <translation>empfangen</translation>
    </message>
    <message>
        <source>died</source>
        <translation>gestorben</translation>
    </message>
    <message>
        <source>waiting</source>
        <translation>wartend</translation>
    </message>
    <message>
        <source>received %1</source>
        <translation>empfangen %1</translation>
    </message>
    <message>
        <source>died %1</source>
        <translation>gestorben %1</translation>
    </message>
    <message>
        <source>waiting %1</source>
        <translation>wartend %1</translation>
    </message>
    <message>
        <source>Return shows these times in every pane</source>
        <translation>Enter zeigt diese Zeiten in jeder Ansicht</translation>
    </message>
    <message>
        <source>Reading the last 24 hours…</source>
        <translation>Die letzten 24 Stunden werden gelesen…</translation>
    </message>
</context>
<context>
    <name>portolan::DeadLetterList</name>
    <message>
        <source>No dead letters.</source>
        <translation>Keine Dead Letters.</translation>
    </message>
    <message>
        <source>Dead letters appear here, grouped by what they died of.</source>
        <translation>Nachrichten, die so oft fehlgeschlagen sind, wie sie dürfen, stehen hier, geordnet nach dem, woran sie starben.</translation>
    </message>
    <message>
        <source>No dead letter matches the filter.</source>
        <translation>Kein Dead Letter entspricht dem Filter.</translation>
    </message>
    <message>
        <source>Nothing has died in this store.</source>
        <translation>In diesem Store ist nichts gestorben.</translation>
    </message>
    <message>
        <source>No dead letter matches.</source>
        <translation>Kein Dead Letter entspricht dem Filter.</translation>
    </message>
    <message>
        <source>All groups</source>
        <translation>Alle Gruppen</translation>
    </message>
    <message>
        <source>Replay…</source>
        <translation>Zurückspielen…</translation>
    </message>
    <message>
        <source>Bundle…</source>
        <translation>Bündel…</translation>
    </message>
    <message>
        <source>Discard…</source>
        <translation>Verwerfen…</translation>
    </message>
    <message>
        <source>Show the dead letters of all groups</source>
        <translation>Dead Letters aller Gruppen zeigen</translation>
    </message>
    <message>
        <source>Replay dead letters…</source>
        <translation>Dead Letters zurückspielen…</translation>
    </message>
    <message>
        <source>%1 dead letters</source>
        <translation>%1 Dead Letters</translation>
    </message>
    <message>
        <source>≥ %1 dead letters, counting…</source>
        <translation>≥ %1 Dead Letters, wird gezählt…</translation>
    </message>
    <message>
        <source>%1 selected</source>
        <translation>%1 ausgewählt</translation>
    </message>
    <message>
        <source>Replay %1 selected…</source>
        <translation>%1 ausgewählte zurückspielen…</translation>
    </message>
    <message>
        <source>Replay %1 that match…</source>
        <translation>%1 passende zurückspielen…</translation>
    </message>
    <message>
        <source>Replay all %1…</source>
        <translation>Alle %1 zurückspielen…</translation>
    </message>
    <message>
        <source>Shows what would be put back, and asks (Ctrl+R)</source>
        <translation>Zeigt, was zurückgespielt würde, und fragt nach (Strg+R)</translation>
    </message>
    <message>
        <source>There is no dead letter to put back.</source>
        <translation>Es gibt keinen Dead Letter zum Zurückspielen.</translation>
    </message>
    <message>
        <source>Moves the same dead letters into the archive, and asks</source>
        <translation>Verschiebt dieselben Dead Letters ins Archiv, nach einer Rückfrage</translation>
    </message>
    <message>
        <source>There is no dead letter to discard.</source>
        <translation>Es gibt keinen Dead Letter zum Verwerfen.</translation>
    </message>
    <message>
        <source>Edits the document, keeps the original, and puts the edited one back</source>
        <translation>Bearbeitet das Dokument, bewahrt das Original und spielt die bearbeitete Fassung zurück</translation>
    </message>
    <message>
        <source>Select one dead letter to edit its document.</source>
        <translation>Einen Dead Letter auswählen, um sein Dokument zu bearbeiten.</translation>
    </message>
    <message>
        <source>Writes the same dead letters, their audit and a report into one archive</source>
        <translation>Schreibt dieselben Dead Letters, ihr Audit und einen Bericht in ein Archiv</translation>
    </message>
    <message>
        <source>There is no dead letter to take home.</source>
        <translation>Es gibt keinen Dead Letter zum Mitnehmen.</translation>
    </message>
    <message>
        <source>The selected dead letters are gone.</source>
        <translation>Die ausgewählten Dead Letters gibt es nicht mehr.</translation>
    </message>
    <message>
        <source>The selected dead letters</source>
        <translation>Die ausgewählten Dead Letters</translation>
    </message>
    <message>
        <source>Group “%1” of port %2</source>
        <translation>Gruppe „%1“ von Port %2</translation>
    </message>
    <message>
        <source>Every dead letter</source>
        <translation>Alle Dead Letters</translation>
    </message>
    <message>
        <source>What matches %1</source>
        <translation>Was %1 entspricht</translation>
    </message>
    <message>
        <source>discard dead letters</source>
        <translation>Dead Letters zu verwerfen</translation>
    </message>
    <message>
        <source>The dead letter is gone.</source>
        <translation>Den Dead Letter gibt es nicht mehr.</translation>
    </message>
    <message>
        <source>There are no ports here.</source>
        <translation>Hier gibt es keine Ports.</translation>
    </message>
    <message>
        <source>Dead letter %1 of port %2</source>
        <translation>Dead Letter %1 von Port %2</translation>
    </message>
    <message>
        <source>replay dead letters</source>
        <translation>Dead Letters zurückzuspielen</translation>
    </message>
    <message>
        <source>+ Column</source>
        <translation>+ Spalte</translation>
    </message>
    <message>
        <source>Canary…</source>
        <translation>Canary…</translation>
    </message>
    <message>
        <source>Edit one…</source>
        <translation>Einen bearbeiten…</translation>
    </message>
    <message>
        <source>Replay all…</source>
        <translation>Alle zurückspielen…</translation>
    </message>
    <message>
        <source>Bundle all…</source>
        <translation>Alle bündeln…</translation>
    </message>
    <message>
        <source>Discard all…</source>
        <translation>Alle verwerfen…</translation>
    </message>
    <message>
        <source>All dead letters</source>
        <translation>Alle Dead Letters</translation>
    </message>
    <message>
        <source>Replay these %1…</source>
        <translation>Diese %1 zurückspielen…</translation>
    </message>
    <message>
        <source>All %1</source>
        <translation>Alle %1</translation>
    </message>
    <message>
        <source>Puts one back first, then five, and stops when they die again</source>
        <translation>Legt erst einen zurück, dann fünf, und hält an, wenn sie wieder sterben</translation>
    </message>
    <message>
        <source>Add a column</source>
        <translation>Spalte hinzufügen</translation>
    </message>
    <message>
        <source>Shows a place in the documents as a column</source>
        <translation>Zeigt eine Stelle der Dokumente als Spalte</translation>
    </message>
    <message>
        <source>Another place…</source>
        <translation>Andere Stelle…</translation>
    </message>
    <message>
        <source>A place in the documents, as a filter names it: data.order.id</source>
        <translation>Eine Stelle der Dokumente, wie ein Filter sie nennt: data.order.id</translation>
    </message>
    <message>
        <source>Place</source>
        <translation>Stelle</translation>
    </message>
    <message>
        <source>%1 is no place in a dead letter&apos;s documents; data.order.id is one.</source>
        <translation>%1 ist keine Stelle in den Dokumenten eines Dead Letters; data.order.id ist eine.</translation>
    </message>
    <message>
        <source>Looking took too long and was given up.</source>
        <translation>Das Ansehen dauerte zu lange und wurde aufgegeben.</translation>
    </message>
</context>
<context>
    <name>portolan::DeadLettersPane</name>
    <message>
        <source>Dead letters and replays</source>
        <translation>Dead Letters und Rückspielungen</translation>
    </message>
    <message>
        <source>Dead letters</source>
        <translation>Dead Letters</translation>
    </message>
    <message>
        <source>Replays</source>
        <translation>Rückspielungen</translation>
    </message>
    <message>
        <source>Archive</source>
        <translation>Archiv</translation>
    </message>
</context>
<context>
    <name>portolan::DesktopNotifier</name>
    <message>
        <source>Show</source>
        <translation>Anzeigen</translation>
    </message>
</context>
<context>
    <name>portolan::DifferencesView</name>
    <message>
        <source>No backup was compared yet, or nothing differs.</source>
        <translation>Noch keine Sicherung wurde verglichen, oder nichts weicht ab.</translation>
    </message>
    <message>
        <source>Choose one under Backups and press Compare: it is restored aside and compared with the store, row by row.</source>
        <translation>Unter Sicherungen eine wählen und Vergleichen drücken: sie wird daneben wiederhergestellt und Zeile für Zeile mit dem Store verglichen.</translation>
    </message>
    <message>
        <source>No difference matches the filter.</source>
        <translation>Kein Unterschied passt zum Filter.</translation>
    </message>
    <message>
        <source>Go to the row</source>
        <translation>Zur Zeile gehen</translation>
    </message>
    <message>
        <source>Open it in the backup</source>
        <translation>In der Sicherung öffnen</translation>
    </message>
    <message>
        <source>Compare again</source>
        <translation>Noch einmal vergleichen</translation>
    </message>
    <message>
        <source>Outcome</source>
        <translation>Ergebnis</translation>
    </message>
    <message>
        <source>Choose a row to see it as it is in the backup and in the store.</source>
        <translation>Eine Zeile wählen, um sie zu sehen, wie sie in der Sicherung und im Store ist.</translation>
    </message>
    <message>
        <source>The two are being compared…</source>
        <translation>Die beiden werden verglichen…</translation>
    </message>
    <message>
        <source>So many rows differ that this one was not kept. Go to it, or compare again once there are fewer.</source>
        <translation>So viele Zeilen weichen ab, dass diese nicht behalten wurde. Zu ihr gehen, oder noch einmal vergleichen, wenn es weniger sind.</translation>
    </message>
    <message>
        <source>Shows the row as it is in the store</source>
        <translation>Zeigt die Zeile, wie sie im Store ist</translation>
    </message>
    <message>
        <source>The store does not have this row; the backup has it</source>
        <translation>Der Store hat diese Zeile nicht; die Sicherung hat sie</translation>
    </message>
    <message>
        <source>Choose a row</source>
        <translation>Eine Zeile wählen</translation>
    </message>
    <message>
        <source>The backup does not have this row; the store has it</source>
        <translation>Die Sicherung hat diese Zeile nicht; der Store hat sie</translation>
    </message>
    <message>
        <source>A server&apos;s backup is opened by restoring it</source>
        <translation>Die Sicherung eines Servers wird geöffnet, indem man sie wiederherstellt</translation>
    </message>
    <message>
        <source>Opens the backup as a store that is only read, at this row</source>
        <translation>Öffnet die Sicherung als Store, der nur gelesen wird, bei dieser Zeile</translation>
    </message>
    <message>
        <source>Something is being done to the store.</source>
        <translation>Am Store wird gerade etwas getan.</translation>
    </message>
    <message>
        <source>No backup was compared yet</source>
        <translation>Noch keine Sicherung wurde verglichen</translation>
    </message>
    <message>
        <source>Compares the same backup with the store as it is now</source>
        <translation>Vergleicht dieselbe Sicherung mit dem Store, wie er jetzt ist</translation>
    </message>
</context>
<context>
    <name>portolan::DiscardDialog</name>
    <message>
        <source>Discard dead letters</source>
        <translation>Dead Letters verwerfen</translation>
    </message>
    <message>
        <source>They leave port_messages for the archive, byte for byte, and can be restored from there. What came or changed since this was opened stays.</source>
        <translation>Sie wandern Byte für Byte aus port_messages ins Archiv und lassen sich von dort wiederherstellen. Was seit dem Öffnen hinzukam oder sich änderte, bleibt.</translation>
    </message>
    <message>
        <source>Dead letters</source>
        <translation>Dead Letters</translation>
    </message>
    <message>
        <source>being looked at…</source>
        <translation>werden gesichtet…</translation>
    </message>
    <message>
        <source>Discard 1 dead letter</source>
        <translation>1 Dead Letter verwerfen</translation>
    </message>
    <message>
        <source>Discard %1 dead letters</source>
        <translation>%1 Dead Letters verwerfen</translation>
    </message>
    <message>
        <source>Nothing to discard</source>
        <translation>Nichts zu verwerfen</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>Verwerfen</translation>
    </message>
    <message>
        <source>Say why first; it goes into the audit.</source>
        <translation>Zuerst einen Grund angeben; er wird im Audit vermerkt.</translation>
    </message>
</context>
<context>
    <name>portolan::EditDialog</name>
    <message>
        <source>Edit and replay</source>
        <translation>Bearbeiten und zurückspielen</translation>
    </message>
    <message>
        <source>Difference</source>
        <translation>Unterschied</translation>
    </message>
    <message>
        <source>▲ An editor would change bytes of this document that are not shown. `portolan replay --edit` changes only what a patch is about.</source>
        <translation>▲ Ein Editor würde Bytes dieses Dokuments ändern, die nicht zu sehen sind. `portolan replay --edit` ändert nur, was ein Patch betrifft.</translation>
    </message>
    <message>
        <source>Original document</source>
        <translation>Originaldokument</translation>
    </message>
    <message>
        <source>The original; it is kept in the archive, byte for byte</source>
        <translation>Das Original; es bleibt Byte für Byte im Archiv</translation>
    </message>
    <message>
        <source>Edited document</source>
        <translation>Bearbeitetes Dokument</translation>
    </message>
    <message>
        <source>Original</source>
        <translation>Original</translation>
    </message>
    <message>
        <source>Edited</source>
        <translation>Bearbeitet</translation>
    </message>
    <message>
        <source>Preview the replay…</source>
        <translation>Rückspielung ansehen…</translation>
    </message>
    <message>
        <source>Nothing is changed yet.</source>
        <translation>Noch ist nichts geändert.</translation>
    </message>
    <message>
        <source>The document is long: the preview says whether it can be stored.</source>
        <translation>Das Dokument ist lang: Ob es gespeichert werden kann, sagt die Vorschau.</translation>
    </message>
    <message>
        <source>▲ A list of operations would be taken for a patch; edit it by command.</source>
        <translation>▲ Eine Liste von Operationen würde für einen Patch gehalten; sie ist mit dem Befehl zu bearbeiten.</translation>
    </message>
    <message>
        <source>Only spacing or the order of members differs.</source>
        <translation>Nur Leerraum oder die Reihenfolge der Elemente unterscheidet sich.</translation>
    </message>
</context>
<context>
    <name>portolan::ErrorBar</name>
    <message>
        <source>Details</source>
        <translation>Einzelheiten</translation>
    </message>
    <message>
        <source>Error</source>
        <translation>Fehler</translation>
    </message>
    <message>
        <source>Error details</source>
        <translation>Einzelheiten des Fehlers</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Copy the error</source>
        <translation>Fehler kopieren</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>Erneut versuchen</translation>
    </message>
</context>
<context>
    <name>portolan::EventsPane</name>
    <message>
        <source>The event is no longer there.</source>
        <translation>Das Ereignis ist nicht mehr da.</translation>
    </message>
    <message>
        <source>No sensors yet.</source>
        <translation>Noch keine Sensoren.</translation>
    </message>
    <message>
        <source>A sensor is there as soon as it has an event.</source>
        <translation>Ein Sensor ist da, sobald er ein Ereignis hat.</translation>
    </message>
    <message>
        <source>No sensor matches.</source>
        <translation>Kein Sensor entspricht dem Filter.</translation>
    </message>
    <message>
        <source>No sensor events yet.</source>
        <translation>Noch keine Sensor-Ereignisse.</translation>
    </message>
    <message>
        <source>Sensor readings appear here, with how they were processed.</source>
        <translation>Was Sensoren messen, steht hier, und wie es verarbeitet wurde.</translation>
    </message>
    <message>
        <source>No event matches.</source>
        <translation>Kein Ereignis entspricht dem Filter.</translation>
    </message>
    <message>
        <source>Show the events of all sensors</source>
        <translation>Ereignisse aller Sensoren zeigen</translation>
    </message>
</context>
<context>
    <name>portolan::ExpiryDialog</name>
    <message>
        <source>never</source>
        <translation>nie</translation>
    </message>
    <message>
        <source>at (UTC)</source>
        <translation>am (UTC)</translation>
    </message>
    <message>
        <source>at (local time)</source>
        <translation>am (Ortszeit)</translation>
    </message>
    <message>
        <source>Expiry of a checkpoint</source>
        <translation>Ablauf eines Checkpoints</translation>
    </message>
    <message>
        <source>It never expires</source>
        <translation>Läuft nie ab</translation>
    </message>
    <message>
        <source>It expires</source>
        <translation>Läuft ab</translation>
    </message>
    <message>
        <source>When it expires</source>
        <translation>Zeitpunkt des Ablaufs</translation>
    </message>
    <message>
        <source>Expires</source>
        <translation>Ablauf</translation>
    </message>
    <message>
        <source>Retention deletes versions that have expired, but never the latest of a name.</source>
        <translation>Die Aufbewahrung löscht abgelaufene Versionen, aber nie die neueste eines Namens.</translation>
    </message>
    <message>
        <source>Set expiry</source>
        <translation>Ablauf festlegen</translation>
    </message>
    <message>
        <source>When may version %1 of “%2” go?</source>
        <translation>Wann darf Version %1 von „%2“ gehen?</translation>
    </message>
    <message>
        <source>Say why first; it goes into the audit.</source>
        <translation>Zuerst einen Grund angeben; er wird im Audit vermerkt.</translation>
    </message>
</context>
<context>
    <name>portolan::ExportActions</name>
    <message>
        <source>There is no list here to export; its figures lead to those that there are.</source>
        <translation>Hier gibt es keine Liste zum Exportieren; die Zahlen führen zu denen, die es gibt.</translation>
    </message>
</context>
<context>
    <name>portolan::ExportController</name>
    <message>
        <source>Rows written: %1</source>
        <translation>Geschriebene Zeilen: %1</translation>
    </message>
    <message>
        <source>%1 bytes</source>
        <translation>%1 Bytes</translation>
    </message>
    <message>
        <source>cells with a &apos; before a formula: %1</source>
        <translation>Zellen mit &apos; vor einer Formel: %1</translation>
    </message>
    <message>
        <source>cells that are no UTF-8: %1</source>
        <translation>Zellen, die kein UTF-8 sind: %1</translation>
    </message>
    <message>
        <source>texts in the sheet &quot;Long texts&quot;: %1</source>
        <translation>Texte im Blatt „Long texts“: %1</translation>
    </message>
    <message>
        <source>Exported to %1. %2</source>
        <translation>Nach %1 exportiert. %2</translation>
    </message>
    <message>
        <source>Cancelled; there is no file.</source>
        <translation>Abgebrochen; es gibt keine Datei.</translation>
    </message>
    <message>
        <source>numbers and times rounded to 16 digits: %1</source>
        <translation>Auf 16 Stellen gerundete Zahlen und Zeiten: %1</translation>
    </message>
</context>
<context>
    <name>portolan::ExportDialog</name>
    <message>
        <source>CSV</source>
        <translation>CSV</translation>
    </message>
    <message>
        <source>For spreadsheets and scripts: UTF-8, times as ISO 8601 in UTC. An empty field is NULL, &quot;&quot; an empty text.</source>
        <translation>Für Tabellenkalkulationen und Skripte: UTF-8, Zeiten nach ISO 8601 in UTC. Ein leeres Feld ist NULL, &quot;&quot; ein leerer Text.</translation>
    </message>
    <message>
        <source>Excel workbook (XLSX)</source>
        <translation>Excel-Arbeitsmappe (XLSX)</translation>
    </message>
    <message>
        <source>Numbers and times as such, the header frozen, a further sheet every 1,048,575 rows.</source>
        <translation>Zahlen und Zeiten als solche, fixierte Kopfzeile, je 1.048.575 Zeilen ein weiteres Blatt.</translation>
    </message>
    <message>
        <source>JSON lines</source>
        <translation>JSON Lines</translation>
    </message>
    <message>
        <source>An object a line. Nothing is lost: bytes that are no UTF-8 are in it as base64.</source>
        <translation>Ein Objekt je Zeile. Nichts geht verloren: Bytes, die kein UTF-8 sind, stehen als Base64 darin.</translation>
    </message>
    <message>
        <source>JSON</source>
        <translation>JSON</translation>
    </message>
    <message>
        <source>One array of objects.</source>
        <translation>Ein Array von Objekten.</translation>
    </message>
    <message>
        <source>Members of JSON documents as columns of their own</source>
        <translation>Elemente von JSON-Dokumenten als eigene Spalten</translation>
    </message>
    <message>
        <source>Leave formulas as they are: a spreadsheet will run them</source>
        <translation>Formeln lassen, wie sie sind: Eine Tabellenkalkulation führt sie aus</translation>
    </message>
    <message>
        <source>Write rows to a file</source>
        <translation>Zeilen in eine Datei schreiben</translation>
    </message>
    <message>
        <source>List</source>
        <translation>Liste</translation>
    </message>
    <message>
        <source>What</source>
        <translation>Was</translation>
    </message>
    <message>
        <source>Rows</source>
        <translation>Zeilen</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>Format</translation>
    </message>
    <message>
        <source>Written as</source>
        <translation>Geschrieben als</translation>
    </message>
    <message>
        <source>Where to</source>
        <translation>Wohin</translation>
    </message>
    <message>
        <source>Export to</source>
        <translation>Exportieren nach</translation>
    </message>
    <message>
        <source>at least </source>
        <translation>mindestens </translation>
    </message>
    <message>
        <source>Selected: %1</source>
        <translation>Ausgewählt: %1</translation>
    </message>
    <message>
        <source>What the filter takes: %1</source>
        <translation>Was der Filter zulässt: %1</translation>
    </message>
    <message>
        <source>All, without the filter</source>
        <translation>Alle, ohne den Filter</translation>
    </message>
    <message>
        <source>All: %1</source>
        <translation>Alle: %1</translation>
    </message>
    <message>
        <source>Say where to.</source>
        <translation>Ein Ziel angeben.</translation>
    </message>
    <message>
        <source>The name ends with .%1 for this format.</source>
        <translation>Bei diesem Format endet der Name auf .%1.</translation>
    </message>
    <message>
        <source>There is no folder %1.</source>
        <translation>Den Ordner %1 gibt es nicht.</translation>
    </message>
    <message>
        <source>%1 is a folder.</source>
        <translation>%1 ist ein Ordner.</translation>
    </message>
    <message>
        <source>Replace the file</source>
        <translation>Datei ersetzen</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>Exportieren</translation>
    </message>
    <message>
        <source>Export rows of “%1”</source>
        <translation>Zeilen von „%1“ exportieren</translation>
    </message>
    <message>
        <source>The filter “%1” acts on this list.</source>
        <translation>Der Filter „%1“ gilt für diese Liste.</translation>
    </message>
    <message>
        <source>The filter “%1” acts on “%2”, not on this list.</source>
        <translation>Der Filter „%1“ gilt für „%2“, nicht für diese Liste.</translation>
    </message>
</context>
<context>
    <name>portolan::FilterLine</name>
    <message>
        <source>Filter</source>
        <translation>Filter</translation>
    </message>
    <message>
        <source>column:value  column&gt;value  column~text  words  or  not  ( )   –  Ctrl+F</source>
        <translation>spalte:wert  spalte&gt;wert  spalte~text  wörter  or  not  ( )   –  Strg+F</translation>
    </message>
    <message>
        <source>Filter history</source>
        <translation>Verlauf des Filters</translation>
    </message>
    <message>
        <source>Empty the filter</source>
        <translation>Filter leeren</translation>
    </message>
    <message>
        <source>Filter proposals</source>
        <translation>Vorschläge für den Filter</translation>
    </message>
    <message>
        <source>The filter is being typed.</source>
        <translation>Der Filter wird gerade eingegeben.</translation>
    </message>
    <message>
        <source>The list does not show what the filter says: %1</source>
        <translation>Die Liste zeigt nicht, was der Filter sagt: %1</translation>
    </message>
</context>
<context>
    <name>portolan::GapsBar</name>
    <message>
        <source>Look for missing numbers</source>
        <translation>Nach fehlenden Nummern suchen</translation>
    </message>
    <message>
        <source>Show what was found</source>
        <translation>Zeigen, was gefunden wurde</translation>
    </message>
    <message>
        <source>Receivers note here what a source lost.</source>
        <translation>Empfänger vermerken hier, was eine Quelle verlor.</translation>
    </message>
    <message>
        <source>Looking at the numbers of what is stored…</source>
        <translation>Die Nummern des Gespeicherten werden angesehen…</translation>
    </message>
    <message>
        <source>The numbers of what is stored were not looked at yet.</source>
        <translation>Die Nummern des Gespeicherten wurden noch nicht angesehen.</translation>
    </message>
    <message>
        <source>No number was missing in what is stored, %1.</source>
        <translation>Im Gespeicherten fehlte keine Nummer, %1.</translation>
    </message>
    <message>
        <source>✖ %1 numbers were missing in what is stored, %2.</source>
        <translation>✖ %1 Nummern fehlten im Gespeicherten, %2.</translation>
    </message>
</context>
<context>
    <name>portolan::GroupStoryView</name>
    <message>
        <source>What the dead have in common</source>
        <translation>Was die Toten gemeinsam haben</translation>
    </message>
    <message>
        <source>Just before, likeliest first</source>
        <translation>Kurz davor, das Wahrscheinlichste zuerst</translation>
    </message>
    <message>
        <source>Figures of the group</source>
        <translation>Zahlen der Gruppe</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>Zeit</translation>
    </message>
    <message>
        <source>What changed</source>
        <translation>Was sich änderte</translation>
    </message>
    <message>
        <source>Split by %1</source>
        <translation>Nach %1 teilen</translation>
    </message>
    <message>
        <source>Shows only the letters with one of the values</source>
        <translation>Zeigt nur die Letters mit einem der Werte</translation>
    </message>
    <message>
        <source>None of its letters was found again.</source>
        <translation>Keiner ihrer Letters wurde wiedergefunden.</translation>
    </message>
    <message>
        <source>Being looked for…</source>
        <translation>Wird gesucht…</translation>
    </message>
    <message>
        <source>Nothing tells them from the completed ones: no value of their documents, no component.</source>
        <translation>Nichts unterscheidet sie von den erledigten: kein Wert ihrer Dokumente, keine Komponente.</translation>
    </message>
    <message>
        <source>Filter</source>
        <translation>Filtern</translation>
    </message>
    <message>
        <source>Filter by %1</source>
        <translation>Filtern nach %1</translation>
    </message>
    <message>
        <source>Shows only these letters</source>
        <translation>Zeigt nur diese Letters</translation>
    </message>
    <message>
        <source>%1 more in the hour before the first letter.</source>
        <translation>%1 weitere in der Stunde vor dem ersten Letter.</translation>
    </message>
    <message>
        <source>Nothing that this store keeps changed in the hour before the first letter: no checkpoint, no state, no promotion, no silence, no replay, no migration.</source>
        <translation>Nichts, was dieser Speicher aufhebt, änderte sich in der Stunde vor dem ersten Letter: kein Checkpoint, kein Zustand, keine Beförderung, kein Verstummen, kein Zurückspielen, keine Migration.</translation>
    </message>
    <message>
        <source>Split</source>
        <translation>Teilen</translation>
    </message>
</context>
<context>
    <name>portolan::HealDialog</name>
    <message>
        <source>The tables are being compared with their models…</source>
        <translation>Die Tabellen werden mit ihren Modellen verglichen…</translation>
    </message>
    <message>
        <source>Heal user-defined tables</source>
        <translation>Selbst definierte Tabellen reparieren</translation>
    </message>
    <message>
        <source>Statements</source>
        <translation>Anweisungen</translation>
    </message>
    <message>
        <source>Heal</source>
        <translation>Reparieren</translation>
    </message>
    <message>
        <source>Make the user-defined tables what their models say</source>
        <translation>Selbst definierte Tabellen so machen, wie ihre Modelle es sagen</translation>
    </message>
    <message>
        <source>Nothing can be mended without losing something.</source>
        <translation>Ohne Verlust lässt sich nichts reparieren.</translation>
    </message>
    <message>
        <source>These statements are run in one transaction. None of them loses a row or a column.</source>
        <translation>Diese Anweisungen werden in einer Transaktion ausgeführt. Keine davon verliert eine Zeile oder Spalte.</translation>
    </message>
    <message>
        <source>Run the statements (%1)</source>
        <translation>Anweisungen ausführen (%1)</translation>
    </message>
    <message>
        <source>Say why first; it goes into the audit.</source>
        <translation>Zuerst einen Grund angeben; er wird im Audit vermerkt.</translation>
    </message>
</context>
<context>
    <name>portolan::HealthView</name>
    <message>
        <source>Nothing is to be mended.</source>
        <translation>Nichts ist in Ordnung zu bringen.</translation>
    </message>
    <message>
        <source>Looked at were the store, what is left over in it, its backups, its server and its disk. F5 looks again.</source>
        <translation>Angesehen wurden der Store, was darin liegen blieb, seine Sicherungen, sein Server und seine Platte. F5 sieht noch einmal nach.</translation>
    </message>
    <message>
        <source>No finding matches the filter.</source>
        <translation>Kein Befund passt zum Filter.</translation>
    </message>
    <message>
        <source>Go to it</source>
        <translation>Hingehen</translation>
    </message>
    <message>
        <source>Measure</source>
        <translation>Messen</translation>
    </message>
    <message>
        <source>Figures</source>
        <translation>Zahlen</translation>
    </message>
    <message>
        <source>Asks each table for some dozens of pages, which takes seconds; nothing is changed</source>
        <translation>Fragt jede Tabelle nach einigen Dutzend Seiten, was Sekunden dauert; nichts wird geändert</translation>
    </message>
    <message>
        <source>The store is being measured…</source>
        <translation>Der Store wird gemessen…</translation>
    </message>
    <message>
        <source>Shows its rows, or where it is mended</source>
        <translation>Zeigt seine Zeilen oder wo er in Ordnung gebracht wird</translation>
    </message>
    <message>
        <source>It is mended outside of this window; the row says how</source>
        <translation>Er wird außerhalb dieses Fensters in Ordnung gebracht; die Zeile sagt, wie</translation>
    </message>
    <message>
        <source>Choose a finding</source>
        <translation>Einen Befund wählen</translation>
    </message>
</context>
<context>
    <name>portolan::HelpDialog</name>
    <message>
        <source>Portolan: user guide</source>
        <translation>Portolan: Handbuch</translation>
    </message>
    <message>
        <source>Chapters</source>
        <translation>Kapitel</translation>
    </message>
    <message>
        <source>Guide</source>
        <translation>Handbuch</translation>
    </message>
    <message>
        <source>This leads out of the guide and is not opened: %1</source>
        <translation>Dies führt aus dem Handbuch hinaus und wird nicht geöffnet: %1</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>Zurück</translation>
    </message>
    <message>
        <source>Forward</source>
        <translation>Vor</translation>
    </message>
    <message>
        <source>Previous match</source>
        <translation>Voriger Treffer</translation>
    </message>
    <message>
        <source>Next match</source>
        <translation>Nächster Treffer</translation>
    </message>
    <message>
        <source>Find in the guide</source>
        <translation>Im Handbuch suchen</translation>
    </message>
    <message>
        <source>Find in the guide  –  Ctrl+F</source>
        <translation>Im Handbuch suchen  –  Strg+F</translation>
    </message>
    <message>
        <source>not found</source>
        <translation>nicht gefunden</translation>
    </message>
    <message numerus="yes">
        <source>%n found</source>
        <translation>
            <numerusform>%n Treffer</numerusform>
            <numerusform>%n Treffer</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 von %2</translation>
    </message>
</context>
<context>
    <name>portolan::HexModel</name>
    <message>
        <source>Offset</source>
        <translation>Offset</translation>
    </message>
    <message>
        <source>Bytes</source>
        <translation>Bytes</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Text</translation>
    </message>
</context>
<context>
    <name>portolan::ImportActions</name>
    <message>
        <source>Open the store first that %1 is to be imported into.</source>
        <translation>Zuerst den Store öffnen, in den %1 importiert werden soll.</translation>
    </message>
    <message>
        <source>import %1</source>
        <translation>%1 zu importieren</translation>
    </message>
</context>
<context>
    <name>portolan::ImportController</name>
    <message>
        <source>stored: %1</source>
        <translation>gespeichert: %1</translation>
    </message>
    <message>
        <source>there already: %1</source>
        <translation>schon da: %1</translation>
    </message>
    <message>
        <source>not taken: %1, e.g. %2</source>
        <translation>nicht genommen: %1, z. B. %2</translation>
    </message>
    <message>
        <source>Cancelled; %1. Importing again takes the rest.</source>
        <translation>Abgebrochen; %1. Noch einmal importiert kommt der Rest.</translation>
    </message>
    <message>
        <source>Cancelled; what was stored before stays. Importing again takes the rest.</source>
        <translation>Abgebrochen; was bis dahin gespeichert wurde, bleibt. Noch einmal importiert kommt der Rest.</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
</context>
<context>
    <name>portolan::ImportDialog</name>
    <message>
        <source>Import a file</source>
        <translation>Eine Datei importieren</translation>
    </message>
    <message>
        <source>Kind of rows</source>
        <translation>Art der Zeilen</translation>
    </message>
    <message>
        <source>What their columns or fields tell</source>
        <translation>Was ihre Spalten oder Felder sagen</translation>
    </message>
    <message>
        <source>Columns</source>
        <translation>Spalten</translation>
    </message>
    <message>
        <source>as they are named; or time=A,value=B, by name or number from 1</source>
        <translation>wie sie heißen; oder time=A,value=B, mit Name oder Nummer ab 1</translation>
    </message>
    <message>
        <source>Sensor</source>
        <translation>Sensor</translation>
    </message>
    <message>
        <source>whose samples a time and a number are: the file&apos;s base name</source>
        <translation>wessen Messwerte Zeit und Zahl sind: der Name der Datei</translation>
    </message>
    <message>
        <source>Preview</source>
        <translation>Vorschau</translation>
    </message>
    <message>
        <source>From</source>
        <translation>Aus</translation>
    </message>
    <message>
        <source>Rows are</source>
        <translation>Zeilen sind</translation>
    </message>
    <message>
        <source>Fields</source>
        <translation>Felder</translation>
    </message>
    <message>
        <source>Samples of</source>
        <translation>Messwerte von</translation>
    </message>
    <message>
        <source>Import into %1</source>
        <translation>In %1 importieren</translation>
    </message>
    <message>
        <source>Put a file into %1</source>
        <translation>Eine Datei in %1 bringen</translation>
    </message>
    <message>
        <source>Choose a file.</source>
        <translation>Eine Datei wählen.</translation>
    </message>
    <message>
        <source>Looking at the file…</source>
        <translation>Die Datei wird angesehen…</translation>
    </message>
    <message>
        <source>It is being looked at.</source>
        <translation>Sie wird gerade angesehen.</translation>
    </message>
    <message>
        <source>Taken: %1</source>
        <translation>Genommen: %1</translation>
    </message>
    <message>
        <source>By: %1</source>
        <translation>Mit: %1</translation>
    </message>
    <message>
        <source>From: %1</source>
        <translation>Aus: %1</translation>
    </message>
    <message>
        <source>What: %1</source>
        <translation>Was: %1</translation>
    </message>
    <message>
        <source>Filter: %1</source>
        <translation>Filter: %1</translation>
    </message>
    <message>
        <source>all</source>
        <translation>alle</translation>
    </message>
    <message>
        <source>Lines of audit: %1</source>
        <translation>Zeilen des Audits: %1</translation>
    </message>
    <message>
        <source>An incident bundle of %1 messages; every checksum is right.</source>
        <translation>Ein Vorfallsbündel mit %1 Nachrichten; jede Prüfsumme stimmt.</translation>
    </message>
    <message>
        <source>None of its first rows can be read: they would be rejects.</source>
        <translation>Keine ihrer ersten Zeilen ist lesbar: Sie würden abgelehnt.</translation>
    </message>
    <message>
        <source>Its first rows, as they are stored:</source>
        <translation>Ihre ersten Zeilen, wie sie gespeichert werden:</translation>
    </message>
    <message>
        <source>%1 and more</source>
        <translation>%1 und mehr</translation>
    </message>
    <message>
        <source>Port messages keep their state and times: %1 (%2). Finished, and they stay finished: %3</source>
        <translation>Port-Nachrichten behalten Zustand und Zeiten: %1 (%2). Abgeschlossen, und das bleiben sie: %3</translation>
    </message>
    <message>
        <source>ISO 8601, Unix time</source>
        <translation>ISO 8601, Unix-Zeit</translation>
    </message>
    <message>
        <source>Unix seconds</source>
        <translation>Unix-Sekunden</translation>
    </message>
    <message>
        <source>Unix milliseconds</source>
        <translation>Unix-Millisekunden</translation>
    </message>
    <message>
        <source>Unix microseconds</source>
        <translation>Unix-Mikrosekunden</translation>
    </message>
    <message>
        <source>Unix nanoseconds</source>
        <translation>Unix-Nanosekunden</translation>
    </message>
    <message>
        <source>Julian days</source>
        <translation>Julianische Tage</translation>
    </message>
    <message>
        <source>compact, 20260131T1011</source>
        <translation>kompakt, 20260131T1011</translation>
    </message>
    <message>
        <source>years, 2026</source>
        <translation>Jahre, 2026</translation>
    </message>
    <message>
        <source>year first, 2026/01/31</source>
        <translation>Jahr zuerst, 2026/01/31</translation>
    </message>
    <message>
        <source>day first, 31.01.2026</source>
        <translation>Tag zuerst, 31.01.2026</translation>
    </message>
    <message>
        <source>month first, 01/31/2026</source>
        <translation>Monat zuerst, 01/31/2026</translation>
    </message>
    <message>
        <source>named months, Jan 31 2026</source>
        <translation>Monatsnamen, Jan 31 2026</translation>
    </message>
    <message>
        <source>(and %1 more)</source>
        <translation>(und %1 weitere)</translation>
    </message>
    <message>
        <source>annotated CSV of InfluxDB</source>
        <translation>annotiertes CSV von InfluxDB</translation>
    </message>
    <message>
        <source>lines with %1 are comments</source>
        <translation>Zeilen mit %1 sind Kommentare</translation>
    </message>
    <message>
        <source>The file is: %1.</source>
        <translation>Die Datei ist: %1.</translation>
    </message>
    <message>
        <source>Each of %1 columns becomes a series.</source>
        <translation>Aus jeder von %1 Spalten wird eine Reihe.</translation>
    </message>
    <message>
        <source>The column %1 names the sensors.</source>
        <translation>Die Spalte %1 nennt die Sensoren.</translation>
    </message>
    <message>
        <source>Left out: %1.</source>
        <translation>Ausgelassen: %1.</translation>
    </message>
    <message>
        <source>Written as</source>
        <translation>Geschrieben als</translation>
    </message>
    <message>
        <source>Rows of CSV, TSV, JSON or XLSX are stored as if they had been received: what cannot be stored is kept among the rejects, and a file that is imported twice is stored once. Rows that were exported are what they were, with their state and times. An incident bundle brings its messages in the state they were in, with their audit.</source>
        <translation>Zeilen aus CSV, TSV, JSON oder XLSX werden gespeichert, als wären sie empfangen worden: Was nicht gespeichert werden kann, bleibt unter den Abgewiesenen, und eine Datei, die zweimal importiert wird, ist einmal gespeichert. Exportierte Zeilen sind, was sie waren, mit Zustand und Zeiten. Ein Vorfallsbündel bringt seine Nachrichten in dem Zustand, in dem sie waren, mit ihrem Audit.</translation>
    </message>
    <message>
        <source>as found</source>
        <translation>wie gefunden</translation>
    </message>
    <message>
        <source>Separator</source>
        <translation>Trennzeichen</translation>
    </message>
    <message>
        <source>comma ,</source>
        <translation>Komma ,</translation>
    </message>
    <message>
        <source>semicolon ;</source>
        <translation>Semikolon ;</translation>
    </message>
    <message>
        <source>tab</source>
        <translation>Tabulator</translation>
    </message>
    <message>
        <source>bar |</source>
        <translation>Strich |</translation>
    </message>
    <message>
        <source>Decimal mark</source>
        <translation>Dezimalzeichen</translation>
    </message>
    <message>
        <source>point 0.5</source>
        <translation>Punkt 0.5</translation>
    </message>
    <message>
        <source>comma 0,5</source>
        <translation>Komma 0,5</translation>
    </message>
    <message>
        <source>Times</source>
        <translation>Zeiten</translation>
    </message>
    <message>
        <source>First row</source>
        <translation>Erste Zeile</translation>
    </message>
    <message>
        <source>names of columns</source>
        <translation>Namen der Spalten</translation>
    </message>
    <message>
        <source>data</source>
        <translation>Daten</translation>
    </message>
    <message>
        <source>found: %1</source>
        <translation>gefunden: %1</translation>
    </message>
    <message>
        <source>found: time %1; values %2</source>
        <translation>gefunden: Zeit %1; Werte %2</translation>
    </message>
    <message>
        <source>Comment lines</source>
        <translation>Kommentarzeilen</translation>
    </message>
    <message>
        <source>begin with %1</source>
        <translation>beginnen mit %1</translation>
    </message>
    <message>
        <source>Encoding</source>
        <translation>Zeichenkodierung</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keine</translation>
    </message>
    <message>
        <source>%1 is the number %2.</source>
        <translation>%1 ist die Zahl %2.</translation>
    </message>
    <message>
        <source>microseconds since 1601 (WebKit)</source>
        <translation>Mikrosekunden seit 1601 (WebKit)</translation>
    </message>
    <message>
        <source>Windows file times</source>
        <translation>Dateizeiten von Windows</translation>
    </message>
    <message>
        <source>seconds since 2001 (macOS)</source>
        <translation>Sekunden seit 2001 (macOS)</translation>
    </message>
    <message>
        <source>.NET ticks</source>
        <translation>Ticks von .NET</translation>
    </message>
    <message>
        <source>Excel&apos;s serial days</source>
        <translation>Tage seit 1899 (Excel)</translation>
    </message>
</context>
<context>
    <name>portolan::Inspector</name>
    <message>
        <source>Choose a row to see it whole.</source>
        <translation>Eine Zeile auswählen, um sie ganz zu sehen.</translation>
    </message>
</context>
<context>
    <name>portolan::InspectorPage</name>
    <message>
        <source>Parts of the row</source>
        <translation>Teile der Zeile</translation>
    </message>
    <message>
        <source>Show more of the text</source>
        <translation>Mehr vom Text zeigen</translation>
    </message>
    <message>
        <source>Inspector tree</source>
        <translation>Inspektor: Baum</translation>
    </message>
    <message>
        <source>Inspector bytes</source>
        <translation>Inspektor: Bytes</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Text</translation>
    </message>
    <message>
        <source>Tree</source>
        <translation>Baum</translation>
    </message>
    <message>
        <source>Hex</source>
        <translation>Hex</translation>
    </message>
    <message>
        <source>Inspector views</source>
        <translation>Ansichten des Inspektors</translation>
    </message>
    <message>
        <source>Inspector table</source>
        <translation>Inspektor: Tabelle</translation>
    </message>
    <message>
        <source>Copy the whole payload</source>
        <translation>Nutzdaten vollständig kopieren</translation>
    </message>
    <message>
        <source>Copy the payload</source>
        <translation>Nutzdaten kopieren</translation>
    </message>
    <message>
        <source>Save the payload in a file</source>
        <translation>Nutzdaten in einer Datei speichern</translation>
    </message>
    <message>
        <source>Save the payload…</source>
        <translation>Nutzdaten speichern…</translation>
    </message>
    <message>
        <source>Show more (%1 KiB left)</source>
        <translation>Mehr zeigen (noch %1 KiB)</translation>
    </message>
    <message>
        <source>Bytes copied: %1</source>
        <translation>Kopierte Bytes: %1</translation>
    </message>
    <message>
        <source>Save the payload</source>
        <translation>Nutzdaten speichern</translation>
    </message>
    <message>
        <source>Saved in %1.</source>
        <translation>In %1 gespeichert.</translation>
    </message>
    <message>
        <source>%1 could not be written: %2.</source>
        <translation>%1 konnte nicht geschrieben werden: %2.</translation>
    </message>
</context>
<context>
    <name>portolan::IntegrityPane</name>
    <message>
        <source>Run checks</source>
        <translation>Prüfungen ausführen</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Show the rows</source>
        <translation>Zeilen zeigen</translation>
    </message>
    <message>
        <source>Heal…</source>
        <translation>Reparieren…</translation>
    </message>
    <message>
        <source>Looks at everything in the store once; nothing is changed</source>
        <translation>Sieht sich alles im Store einmal an; nichts wird geändert</translation>
    </message>
    <message>
        <source>Cancel the checks</source>
        <translation>Prüfungen abbrechen</translation>
    </message>
    <message>
        <source>Keeps what is known so far</source>
        <translation>Was bis jetzt bekannt ist, bleibt</translation>
    </message>
    <message>
        <source>Checks done</source>
        <translation>Fortschritt der Prüfungen</translation>
    </message>
    <message>
        <source>mend user-defined tables</source>
        <translation>selbst definierte Tabellen zu reparieren</translation>
    </message>
    <message>
        <source>Checks</source>
        <translation>Prüfungen</translation>
    </message>
    <message>
        <source>Nothing here</source>
        <translation>Hier ist nichts</translation>
    </message>
    <message>
        <source>Run checks looks for gaps and duplicates, orphans, states that are not allowed, broken documents and damage of the store itself. It only reads.</source>
        <translation>„Prüfungen ausführen“ sucht nach Lücken und Duplikaten, Verwaistem, unzulässigen Zuständen, beschädigten Dokumenten und Schäden am Store selbst. Es wird nur gelesen.</translation>
    </message>
    <message>
        <source>%1 of %2, %3 found something</source>
        <translation>%1 von %2, %3 mit Befund</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 von %2</translation>
    </message>
    <message>
        <source>%1, took %2 s</source>
        <translation>%1, Dauer %2 s</translation>
    </message>
    <message>
        <source>✖ %1 of %2 found something</source>
        <translation>✖ %1 von %2 mit Befund</translation>
    </message>
    <message>
        <source>● all %1 ok</source>
        <translation>● alle %1 in Ordnung</translation>
    </message>
    <message>
        <source>Opening the store…</source>
        <translation>Store wird geöffnet…</translation>
    </message>
    <message>
        <source>The store could not be verified.</source>
        <translation>Der Store konnte nicht geprüft werden.</translation>
    </message>
    <message>
        <source>Nothing was checked yet.</source>
        <translation>Noch wurde nichts geprüft.</translation>
    </message>
    <message>
        <source>Shows the statements that lose nothing, and runs them</source>
        <translation>Zeigt die Anweisungen, bei denen nichts verloren geht, und führt sie aus</translation>
    </message>
    <message>
        <source>Choose a finding about object models</source>
        <translation>Einen Befund über Objektmodelle auswählen</translation>
    </message>
    <message>
        <source>No pane shows these rows; the Inspector names the first of them.</source>
        <translation>Keine Ansicht zeigt diese Zeilen; der Inspektor nennt die ersten.</translation>
    </message>
    <message>
        <source>There is nothing to be shown: nothing was found.</source>
        <translation>Nichts zu zeigen: Es gibt keinen Befund.</translation>
    </message>
    <message>
        <source>Statements run: %1</source>
        <translation>Ausgeführte Anweisungen: %1</translation>
    </message>
    <message>
        <source>Rows copied: %1</source>
        <translation>Kopierte Zeilen: %1</translation>
    </message>
    <message>
        <source>● nothing found by %1 checks.</source>
        <translation>● %1 Prüfungen fanden nichts.</translation>
    </message>
    <message>
        <source>✖ %1 of %2 found something: %3.</source>
        <translation>✖ %1 von %2 fanden etwas: %3.</translation>
    </message>
    <message>
        <source>Last verified %1 by %2</source>
        <translation>Zuletzt geprüft %1 von %2</translation>
    </message>
</context>
<context>
    <name>portolan::JobLine</name>
    <message>
        <source>Progress of %1</source>
        <translation>Fortschritt von %1</translation>
    </message>
    <message>
        <source>Resume %1</source>
        <translation>%1 fortsetzen</translation>
    </message>
    <message>
        <source>Pause %1</source>
        <translation>%1 anhalten</translation>
    </message>
</context>
<context>
    <name>portolan::JobsDock</name>
    <message>
        <source>Jobs</source>
        <translation>Jobs</translation>
    </message>
    <message>
        <source>go on with the run</source>
        <translation>mit dem Lauf fortzufahren</translation>
    </message>
</context>
<context>
    <name>portolan::JobsView</name>
    <message>
        <source>Nothing ran yet.</source>
        <translation>Noch lief nichts.</translation>
    </message>
    <message>
        <source>Replays, discards, imports and recorded verifications appear here, of every program that works on this store.</source>
        <translation>Läufe, Verwerfen, Importe und festgehaltene Prüfungen erscheinen hier, von jedem Programm, das an diesem Store arbeitet.</translation>
    </message>
    <message>
        <source>No job matches the filter.</source>
        <translation>Kein Job passt zum Filter.</translation>
    </message>
    <message>
        <source>Show the run</source>
        <translation>Lauf zeigen</translation>
    </message>
    <message>
        <source>Shows its messages, and what became of them</source>
        <translation>Zeigt seine Nachrichten, und was aus ihnen wurde</translation>
    </message>
    <message>
        <source>Choose a replay</source>
        <translation>Einen Lauf wählen</translation>
    </message>
</context>
<context>
    <name>portolan::JsonTreeModel</name>
    <message>
        <source>This is plain text, not a JSON document.</source>
        <translation>Das ist reiner Text, kein JSON-Dokument.</translation>
    </message>
    <message>
        <source>Not JSON: it has bytes that are no UTF-8.</source>
        <translation>Kein JSON: Es enthält Bytes, die kein UTF-8 sind.</translation>
    </message>
    <message>
        <source>It is nested deeper than %1 levels.</source>
        <translation>Es ist tiefer als %1 Ebenen verschachtelt.</translation>
    </message>
    <message>
        <source>Not JSON from byte %1 on.</source>
        <translation>Kein JSON ab Byte %1.</translation>
    </message>
    <message>
        <source>Field</source>
        <translation>Feld</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>Wert</translation>
    </message>
</context>
<context>
    <name>portolan::KeyboardPage</name>
    <message>
        <source>Use these keys</source>
        <translation>Diese Tasten verwenden</translation>
    </message>
    <message>
        <source>Use the usual keys</source>
        <translation>Übliche Tasten verwenden</translation>
    </message>
    <message>
        <source>All as usual</source>
        <translation>Alle wie üblich</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>Tasten</translation>
    </message>
    <message>
        <source>What they do</source>
        <translation>Wirkung</translation>
    </message>
    <message>
        <source>Usual keys</source>
        <translation>Übliche Tasten</translation>
    </message>
    <message>
        <source>New keys</source>
        <translation>Neue Tasten</translation>
    </message>
    <message>
        <source>Who has these keys</source>
        <translation>Wer diese Tasten hat</translation>
    </message>
    <message>
        <source>“%1” (%2)</source>
        <translation>„%1“ (%2)</translation>
    </message>
    <message>
        <source>These keys are taken from %1.</source>
        <translation>Diese Tasten werden %1 genommen.</translation>
    </message>
    <message>
        <source>Take these keys</source>
        <translation>Diese Tasten nehmen</translation>
    </message>
</context>
<context>
    <name>portolan::KindStatistics</name>
    <message>
        <source>Kind</source>
        <translation>Art</translation>
    </message>
    <message>
        <source>Stored</source>
        <translation>Gespeichert</translation>
    </message>
    <message>
        <source>Per second</source>
        <translation>Je Sekunde</translation>
    </message>
    <message>
        <source>Newest, age</source>
        <translation>Neueste, Alter</translation>
    </message>
    <message>
        <source>Known before</source>
        <translation>Schon bekannt</translation>
    </message>
    <message>
        <source>Rejected</source>
        <translation>Abgewiesen</translation>
    </message>
    <message>
        <source>Last rejection</source>
        <translation>Letzte Abweisung</translation>
    </message>
</context>
<context>
    <name>portolan::KindTable</name>
    <message>
        <source>Kinds received</source>
        <translation>Empfangene Arten</translation>
    </message>
</context>
<context>
    <name>portolan::ListFrame</name>
    <message>
        <source>Loading…</source>
        <translation>Wird geladen…</translation>
    </message>
    <message>
        <source>Nothing here</source>
        <translation>Hier ist nichts</translation>
    </message>
    <message>
        <source>Clear the filter</source>
        <translation>Filter entfernen</translation>
    </message>
    <message>
        <source>This list could not be read.</source>
        <translation>Diese Liste konnte nicht gelesen werden.</translation>
    </message>
    <message>
        <source>This store has no such rows.</source>
        <translation>Dieser Store hat keine solchen Zeilen.</translation>
    </message>
    <message>
        <source>Set up this database…</source>
        <translation>Diese Datenbank einrichten…</translation>
    </message>
    <message>
        <source>Shows what is added, and adds it</source>
        <translation>Zeigt, was hinzukommt, und fügt es hinzu</translation>
    </message>
    <message>
        <source>Receive…</source>
        <translation>Empfangen…</translation>
    </message>
    <message>
        <source>Choose a source to receive from</source>
        <translation>Eine Quelle wählen, aus der empfangen wird</translation>
    </message>
</context>
<context>
    <name>portolan::ListPane</name>
    <message>
        <source>Rows copied: %1</source>
        <translation>Kopierte Zeilen: %1</translation>
    </message>
</context>
<context>
    <name>portolan::LiveStore</name>
    <message>
        <source>Sample pipeline</source>
        <translation>Beispiel-Pipeline</translation>
    </message>
    <message>
        <source>This is the production store “%1”: the sample is not received into it.</source>
        <translation>Das ist der Produktions-Store „%1“: Die Beispiel-Pipeline wird nicht in ihn empfangen.</translation>
    </message>
</context>
<context>
    <name>portolan::MainWindow</name>
    <message>
        <source>Navigation</source>
        <translation>Navigation</translation>
    </message>
    <message>
        <source>Selected row</source>
        <translation>Ausgewählte Zeile</translation>
    </message>
    <message>
        <source>Log entries</source>
        <translation>Einträge des Protokolls</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>Protokoll</translation>
    </message>
    <message>
        <source>Receiving from %1</source>
        <translation>Empfang aus %1</translation>
    </message>
    <message>
        <source>No store is open.</source>
        <translation>Kein Store ist offen.</translation>
    </message>
    <message>
        <source>Opened %1</source>
        <translation>%1 geöffnet</translation>
    </message>
    <message>
        <source>Text size %1 %</source>
        <translation>Schriftgröße %1 %</translation>
    </message>
    <message>
        <source>Storing what was received…</source>
        <translation>Empfangenes wird gespeichert…</translation>
    </message>
    <message>
        <source>Opening %1…</source>
        <translation>%1 wird geöffnet…</translation>
    </message>
    <message>
        <source>Receiving already: rows appear as they come.</source>
        <translation>Es wird schon empfangen: Zeilen erscheinen, wie sie kommen.</translation>
    </message>
    <message>
        <source>This database is not set up: what is received, died or measured has no tables in it yet. Tables that are there stay as they are.</source>
        <translation>Diese Datenbank ist nicht eingerichtet: Für Empfangenes, Gestorbenes und Gemessenes hat sie noch keine Tabellen. Vorhandene Tabellen bleiben, wie sie sind.</translation>
    </message>
    <message>
        <source>Set up this database…</source>
        <translation>Diese Datenbank einrichten…</translation>
    </message>
</context>
<context>
    <name>portolan::MetricsPane</name>
    <message>
        <source>No series yet.</source>
        <translation>Noch keine Reihen.</translation>
    </message>
    <message>
        <source>Metrics of components and ports, sensors, and every table with a time and a number appear here.</source>
        <translation>Hier stehen Metriken von Komponenten und Ports, Sensoren und jede Tabelle mit einer Zeit und einer Zahl.</translation>
    </message>
    <message>
        <source>No series matches.</source>
        <translation>Keine Reihe entspricht dem Filter.</translation>
    </message>
    <message numerus="yes">
        <source>The first %n of the chosen series are drawn.</source>
        <translation>
            <numerusform>Die erste der gewählten Reihen wird gezeichnet.</numerusform>
            <numerusform>Die ersten %n der gewählten Reihen werden gezeichnet.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>portolan::MigrationDialog</name>
    <message>
        <source>What these versions brought goes, with the rows in it.</source>
        <translation>Was diese Versionen brachten, geht, mit den Zeilen darin.</translation>
    </message>
    <message>
        <source>A backup is made and verified before; without it nothing is changed.</source>
        <translation>Davor entsteht eine geprüfte Sicherung; ohne sie wird nichts geändert.</translation>
    </message>
    <message>
        <source>The store has no rows: no backup is made.</source>
        <translation>Der Store hat keine Zeilen: Es entsteht keine Sicherung.</translation>
    </message>
    <message>
        <source>Each version is one transaction. A program that writes meanwhile waits.</source>
        <translation>Jede Version ist eine Transaktion. Ein Programm, das währenddessen schreibt, wartet.</translation>
    </message>
    <message>
        <source>Another program&apos;s stay as they are: %1.</source>
        <translation>Die eines anderen Programms bleiben, wie sie sind: %1.</translation>
    </message>
    <message>
        <source>%1 keeps the time series: its own statements take the place of those about partitions and triggers.</source>
        <translation>%1 hält die Zeitreihen: Seine eigenen Anweisungen treten an die Stelle derer über Partitionen und Trigger.</translation>
    </message>
    <message>
        <source>The database is being looked at…</source>
        <translation>Die Datenbank wird angesehen…</translation>
    </message>
    <message>
        <source>Migrate the schema</source>
        <translation>Das Schema migrieren</translation>
    </message>
    <message>
        <source>To version</source>
        <translation>Zur Version</translation>
    </message>
    <message>
        <source>0 (nothing of Portolan&apos;s)</source>
        <translation>0 (nichts von Portolan)</translation>
    </message>
    <message>
        <source>Statements</source>
        <translation>Anweisungen</translation>
    </message>
    <message>
        <source>Migrate to version %1</source>
        <translation>Zur Version %1 migrieren</translation>
    </message>
    <message>
        <source>Back up, and go back to version %1</source>
        <translation>Sichern und zur Version %1 zurückgehen</translation>
    </message>
    <message>
        <source>Go back to version %1</source>
        <translation>Zur Version %1 zurückgehen</translation>
    </message>
    <message>
        <source>Say why first; it goes into the audit.</source>
        <translation>Zuerst einen Grund angeben; er wird im Audit vermerkt.</translation>
    </message>
</context>
<context>
    <name>portolan::MigrationsView</name>
    <message>
        <source>No version is known.</source>
        <translation>Keine Version ist bekannt.</translation>
    </message>
    <message>
        <source>Open a database to see the versions of its schema.</source>
        <translation>Eine Datenbank öffnen, um die Versionen ihres Schemas zu sehen.</translation>
    </message>
    <message>
        <source>No version matches the filter.</source>
        <translation>Keine Version passt zum Filter.</translation>
    </message>
    <message>
        <source>Migrate up…</source>
        <translation>Nach oben migrieren…</translation>
    </message>
    <message>
        <source>Migrate down…</source>
        <translation>Nach unten migrieren…</translation>
    </message>
    <message>
        <source>migrate its schema</source>
        <translation>sein Schema zu migrieren</translation>
    </message>
    <message>
        <source>take back a version of its schema</source>
        <translation>eine Version seines Schemas zurückzunehmen</translation>
    </message>
    <message>
        <source>Something is being done to the store.</source>
        <translation>Am Store wird gerade etwas getan.</translation>
    </message>
    <message>
        <source>These versions are not this program&apos;s.</source>
        <translation>Diese Versionen sind nicht die dieses Programms.</translation>
    </message>
    <message>
        <source>Set up this database…</source>
        <translation>Diese Datenbank einrichten…</translation>
    </message>
    <message>
        <source>The schema is the newest that this program knows.</source>
        <translation>Das Schema ist das neueste, das dieses Programm kennt.</translation>
    </message>
    <message>
        <source>Adds Portolan&apos;s own tables; those that are there stay as they are</source>
        <translation>Fügt Portolans eigene Tabellen hinzu; die da sind, bleiben, wie sie sind</translation>
    </message>
    <message>
        <source>Shows the statements, and runs them after a backup</source>
        <translation>Zeigt die Anweisungen und führt sie nach einer Sicherung aus</translation>
    </message>
    <message>
        <source>Shows what goes, and takes it back after a backup</source>
        <translation>Zeigt, was geht, und nimmt es nach einer Sicherung zurück</translation>
    </message>
    <message>
        <source>There is no version to take back.</source>
        <translation>Es gibt keine Version, die zurückgenommen werden kann.</translation>
    </message>
    <message>
        <source>Bring the schema up to a later version</source>
        <translation>Das Schema auf eine spätere Version bringen</translation>
    </message>
    <message>
        <source>Take back versions of the schema, with what is in them</source>
        <translation>Versionen des Schemas zurücknehmen, mit dem, was darin ist</translation>
    </message>
    <message>
        <source>Set up this database</source>
        <translation>Diese Datenbank einrichten</translation>
    </message>
</context>
<context>
    <name>portolan::Navigator</name>
    <message>
        <source>Go to %1</source>
        <translation>Gehe zu %1</translation>
    </message>
    <message>
        <source>No pane shows these rows.</source>
        <translation>Keine Ansicht zeigt diese Zeilen.</translation>
    </message>
    <message>
        <source>Only these letters are listed: Ctrl+R replays them.</source>
        <translation>Nur diese Letters sind aufgeführt: Strg+R spielt sie zurück.</translation>
    </message>
</context>
<context>
    <name>portolan::NoticeBar</name>
    <message>
        <source>Notice</source>
        <translation>Hinweis</translation>
    </message>
    <message>
        <source>Not now</source>
        <translation>Jetzt nicht</translation>
    </message>
</context>
<context>
    <name>portolan::OpenForm</name>
    <message>
        <source>Test</source>
        <translation>Testen</translation>
    </message>
    <message>
        <source>Open a store</source>
        <translation>Store öffnen</translation>
    </message>
    <message>
        <source>Store</source>
        <translation>Store</translation>
    </message>
    <message>
        <source>What the test found</source>
        <translation>Ergebnis des Tests</translation>
    </message>
    <message>
        <source>Store URL</source>
        <translation>URL des Stores</translation>
    </message>
    <message>
        <source>Folder…</source>
        <translation>Ordner…</translation>
    </message>
    <message>
        <source>Database…</source>
        <translation>Datenbank…</translation>
    </message>
    <message>
        <source>Server…</source>
        <translation>Server…</translation>
    </message>
    <message>
        <source>A folder of batch files</source>
        <translation>Ein Ordner mit Batch-Dateien</translation>
    </message>
    <message>
        <source>A SQLite file or an incident bundle</source>
        <translation>Eine SQLite-Datei oder ein Vorfallsbündel</translation>
    </message>
    <message>
        <source>A PostgreSQL or TimescaleDB database</source>
        <translation>Eine PostgreSQL- oder TimescaleDB-Datenbank</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Öffnen</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Server host</source>
        <translation>Host des Servers</translation>
    </message>
    <message>
        <source>Server port</source>
        <translation>Port des Servers</translation>
    </message>
    <message>
        <source>Database name</source>
        <translation>Name der Datenbank</translation>
    </message>
    <message>
        <source>User name</source>
        <translation>Benutzername</translation>
    </message>
    <message>
        <source>Server password</source>
        <translation>Passwort für den Server</translation>
    </message>
    <message>
        <source>Encryption of the connection</source>
        <translation>Verschlüsselung der Verbindung</translation>
    </message>
    <message>
        <source>as is usual</source>
        <translation>wie üblich</translation>
    </message>
    <message>
        <source>Host</source>
        <translation>Host</translation>
    </message>
    <message>
        <source>Port</source>
        <translation>Port</translation>
    </message>
    <message>
        <source>Database</source>
        <translation>Datenbank</translation>
    </message>
    <message>
        <source>User</source>
        <translation>Benutzer</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>Passwort</translation>
    </message>
    <message>
        <source>Encryption</source>
        <translation>Verschlüsselung</translation>
    </message>
    <message>
        <source>Opening %1…</source>
        <translation>%1 wird geöffnet…</translation>
    </message>
    <message>
        <source>It opens: %1. Connected in %2 ms, answers in %3 ms.</source>
        <translation>Lässt sich öffnen: %1. Verbunden in %2 ms, antwortet in %3 ms.</translation>
    </message>
    <message>
        <source>Open a folder of batch files</source>
        <translation>Ordner mit Batch-Dateien öffnen</translation>
    </message>
    <message>
        <source>Open a database</source>
        <translation>Datenbank öffnen</translation>
    </message>
    <message>
        <source>SQLite databases (*.db *.sqlite *.sqlite3)</source>
        <translation>SQLite-Datenbanken (*.db *.sqlite *.sqlite3)</translation>
    </message>
    <message>
        <source>Incident bundles (*.zip)</source>
        <translation>Vorfallsbündel (*.zip)</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>Alle Dateien (*)</translation>
    </message>
    <message>
        <source>Keep the password</source>
        <translation>Passwort aufbewahren</translation>
    </message>
    <message>
        <source>for this session only</source>
        <translation>nur für diese Sitzung</translation>
    </message>
    <message>
        <source>in the keychain of the desktop</source>
        <translation>im Schlüsselbund des Desktops</translation>
    </message>
    <message>
        <source>as plain text, in a file that only you can read</source>
        <translation>als Klartext, in einer Datei, die nur für den Eigentümer lesbar ist</translation>
    </message>
    <message>
        <source>Keep it</source>
        <translation>Aufbewahren</translation>
    </message>
    <message>
        <source>in a keychain: this desktop has none</source>
        <translation>im Schlüsselbund: dieser Desktop hat keinen</translation>
    </message>
    <message>
        <source>The keychain is being asked…</source>
        <translation>Der Schlüsselbund wird gefragt…</translation>
    </message>
</context>
<context>
    <name>portolan::OperationsController</name>
    <message>
        <source>The schema has version %1 now</source>
        <translation>Das Schema hat jetzt die Version %1</translation>
    </message>
    <message>
        <source>backup before: %1</source>
        <translation>Sicherung davor: %1</translation>
    </message>
    <message>
        <source>left as it was: %1</source>
        <translation>blieb, wie es war: %1</translation>
    </message>
    <message>
        <source>left out, because the server has no such extension for this user: %1</source>
        <translation>ausgelassen, weil der Server für diesen Benutzer keine solche Erweiterung hat: %1</translation>
    </message>
    <message>
        <source>the audit went with its own table</source>
        <translation>das Audit ging mit seiner eigenen Tabelle</translation>
    </message>
    <message>
        <source>to version %1</source>
        <translation>zur Version %1</translation>
    </message>
    <message>
        <source>There is no such rule any more.</source>
        <translation>Diese Regel gibt es nicht mehr.</translation>
    </message>
    <message>
        <source>into the store&apos;s folder of backups</source>
        <translation>in den Sicherungsordner des Stores</translation>
    </message>
    <message>
        <source>into %1</source>
        <translation>nach %1</translation>
    </message>
    <message>
        <source>Backed up and verified: %1 rows in %2.</source>
        <translation>Gesichert und geprüft: %1 Zeilen in %2.</translation>
    </message>
    <message>
        <source>The backup %1 is not sound. Make another one. Found: %2</source>
        <translation>Die Sicherung %1 ist nicht in Ordnung. Eine andere machen. Gefunden: %2</translation>
    </message>
    <message>
        <source>The backup %1 is sound: %2 checks made.</source>
        <translation>Die Sicherung %1 ist in Ordnung: %2 Prüfungen.</translation>
    </message>
    <message>
        <source>Restored into %1: %2 rows.</source>
        <translation>Wiederhergestellt nach %1: %2 Zeilen.</translation>
    </message>
    <message>
        <source>Rows of %1 deleted: %2.</source>
        <translation>Gelöschte Zeilen von %1: %2.</translation>
    </message>
    <message>
        <source>%1 ran well.</source>
        <translation>%1 lief gut.</translation>
    </message>
    <message>
        <source>%1 found something; its row in the schedule says what.</source>
        <translation>%1 hat etwas gefunden; die Zeile im Zeitplan sagt, was.</translation>
    </message>
    <message>
        <source>%1 was stopped; it comes again at its next time.</source>
        <translation>%1 wurde abgebrochen und kommt zum nächsten Zeitpunkt wieder.</translation>
    </message>
    <message>
        <source>%1 failed: %2</source>
        <translation>%1 ist gescheitert: %2</translation>
    </message>
    <message>
        <source>Times it was missed before: %1.</source>
        <translation>So oft vorher versäumt: %1.</translation>
    </message>
    <message>
        <source>Another program has run it.</source>
        <translation>Ein anderes Programm hat es ausgeführt.</translation>
    </message>
    <message>
        <source>This kind of store is not measured.</source>
        <translation>Diese Art von Store wird nicht gemessen.</translation>
    </message>
    <message>
        <source>in the place of %1</source>
        <translation>an die Stelle von %1</translation>
    </message>
    <message>
        <source>Restored in the place of %1: %2 rows.</source>
        <translation>An der Stelle von %1 wiederhergestellt: %2 Zeilen.</translation>
    </message>
    <message>
        <source>What was there is the backup %1.</source>
        <translation>Was dort war, ist die Sicherung %1.</translation>
    </message>
</context>
<context>
    <name>portolan::OperationsPane</name>
    <message>
        <source>Parts of the operations</source>
        <translation>Teile des Betriebs</translation>
    </message>
    <message>
        <source>Jobs</source>
        <translation>Jobs</translation>
    </message>
    <message>
        <source>Migrations</source>
        <translation>Migrationen</translation>
    </message>
    <message>
        <source>Backups</source>
        <translation>Sicherungen</translation>
    </message>
    <message>
        <source>Retention</source>
        <translation>Aufbewahrung</translation>
    </message>
    <message>
        <source>Schedule</source>
        <translation>Zeitplan</translation>
    </message>
    <message>
        <source>Health</source>
        <translation>Befinden</translation>
    </message>
    <message>
        <source>Differences</source>
        <translation>Unterschiede</translation>
    </message>
</context>
<context>
    <name>portolan::OverviewCard</name>
    <message>
        <source>%1 at a glance</source>
        <translation>%1 auf einen Blick</translation>
    </message>
</context>
<context>
    <name>portolan::OverviewPane</name>
    <message>
        <source>Receiving</source>
        <translation>Empfang</translation>
    </message>
    <message>
        <source>Store</source>
        <translation>Store</translation>
    </message>
    <message>
        <source>Integrity</source>
        <translation>Integrität</translation>
    </message>
    <message>
        <source>Alerts</source>
        <translation>Alarme</translation>
    </message>
    <message>
        <source>Why: dead letters</source>
        <translation>Warum: Dead Letters</translation>
    </message>
    <message>
        <source>Who: components and queues</source>
        <translation>Wer: Komponenten und Warteschlangen</translation>
    </message>
    <message>
        <source>Done by people</source>
        <translation>Von Menschen getan</translation>
    </message>
</context>
<context>
    <name>portolan::PagedModel</name>
    <message>
        <source>yes</source>
        <translation>ja</translation>
    </message>
    <message>
        <source>no</source>
        <translation>nein</translation>
    </message>
    <message>
        <source>no samples known</source>
        <translation>keine Messwerte bekannt</translation>
    </message>
    <message numerus="yes">
        <source>the newest %n samples, from %1 to %2</source>
        <translation>
            <numerusform>der neueste Messwert, von %1 bis %2</numerusform>
            <numerusform>die neuesten %n Messwerte, von %1 bis %2</numerusform>
        </translation>
    </message>
    <message>
        <source>Filter with “%1:…”</source>
        <translation>Mit „%1:…“ filtern</translation>
    </message>
    <message>
        <source>%1 rows are too many to copy (at most %2). Select fewer, or export them.</source>
        <translation>%1 Zeilen sind zu viele zum Kopieren (höchstens %2). Weniger auswählen oder exportieren.</translation>
    </message>
    <message>
        <source>The selected rows are over 64 MiB. Select fewer, or export them.</source>
        <translation>Die ausgewählten Zeilen sind größer als 64 MiB. Weniger auswählen oder exportieren.</translation>
    </message>
</context>
<context>
    <name>portolan::PaletteActions</name>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>Open again: %1</source>
        <translation>Wieder öffnen: %1</translation>
    </message>
    <message>
        <source>Search everything for “%1”</source>
        <translation>Alles nach „%1“ durchsuchen</translation>
    </message>
</context>
<context>
    <name>portolan::PaneBadges</name>
    <message>
        <source>Silent components: %1</source>
        <translation>Stumme Komponenten: %1</translation>
    </message>
    <message>
        <source>Dead letters: %1</source>
        <translation>Dead Letters: %1</translation>
    </message>
    <message>
        <source>Dead letters: %1 at least</source>
        <translation>Dead Letters: mindestens %1</translation>
    </message>
    <message>
        <source>Checks that found something: %1</source>
        <translation>Prüfungen mit Befund: %1</translation>
    </message>
    <message>
        <source>Alerts that fire: %1</source>
        <translation>Ausgelöste Alarme: %1</translation>
    </message>
    <message>
        <source>Rejected and open: %1</source>
        <translation>Abgewiesen und offen: %1</translation>
    </message>
    <message>
        <source>Rejected and open: %1 at least</source>
        <translation>Abgewiesen und offen: mindestens %1</translation>
    </message>
</context>
<context>
    <name>portolan::PortsPane</name>
    <message>
        <source>Pending</source>
        <translation>Wartend</translation>
    </message>
    <message>
        <source>Processing</source>
        <translation>In Arbeit</translation>
    </message>
    <message>
        <source>Completed</source>
        <translation>Erledigt</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>Fehlgeschlagen</translation>
    </message>
    <message>
        <source>Dead letter</source>
        <translation>Dead Letter</translation>
    </message>
    <message>
        <source>No ports yet.</source>
        <translation>Noch keine Ports.</translation>
    </message>
    <message>
        <source>A port is there as soon as it has a message.</source>
        <translation>Ein Port ist da, sobald er eine Nachricht hat.</translation>
    </message>
    <message>
        <source>No port matches.</source>
        <translation>Kein Port entspricht dem Filter.</translation>
    </message>
    <message>
        <source>No port messages yet.</source>
        <translation>Noch keine Port-Nachrichten.</translation>
    </message>
    <message>
        <source>Messages between components appear here.</source>
        <translation>Hier steht, was Komponenten einander senden.</translation>
    </message>
    <message>
        <source>No message matches.</source>
        <translation>Keine Nachricht entspricht dem Filter.</translation>
    </message>
    <message>
        <source>Show the messages of all ports</source>
        <translation>Nachrichten aller Ports zeigen</translation>
    </message>
    <message>
        <source>The ports are not counted: %1</source>
        <translation>Die Ports sind nicht gezählt: %1</translation>
    </message>
    <message>
        <source>Only messages in the states that are switched on; with none: in all</source>
        <translation>Nur Nachrichten in den eingeschalteten Zuständen; ist keiner eingeschaltet: in allen</translation>
    </message>
    <message>
        <source>Oldest first ▴</source>
        <translation>Älteste zuerst ▴</translation>
    </message>
    <message>
        <source>Newest first ▾</source>
        <translation>Neueste zuerst ▾</translation>
    </message>
    <message>
        <source>Oldest first</source>
        <translation>Älteste zuerst</translation>
    </message>
    <message>
        <source>Newest first</source>
        <translation>Neueste zuerst</translation>
    </message>
    <message>
        <source>Turn the order round</source>
        <translation>Reihenfolge umkehren</translation>
    </message>
</context>
<context>
    <name>portolan::ProductionConfirmation</name>
    <message>
        <source>Production store</source>
        <translation>Produktions-Store</translation>
    </message>
    <message>
        <source>This is the production store “%1”. Type its name to %2.</source>
        <translation>Das ist der Produktions-Store „%1“. Seinen Namen eingeben, um %2.</translation>
    </message>
    <message>
        <source>Name of the store</source>
        <translation>Name des Stores</translation>
    </message>
    <message>
        <source>That is not the store&apos;s name; nothing was done.</source>
        <translation>Das ist nicht der Name des Stores; nichts wurde getan.</translation>
    </message>
    <message>
        <source>Both stores are production, with the names “%1” and “%2”.</source>
        <translation>Beide Stores sind Produktion, mit den Namen „%1“ und „%2“.</translation>
    </message>
    <message>
        <source>Why? It goes into the audit.</source>
        <translation>Warum? Der Grund kommt ins Audit.</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>Grund</translation>
    </message>
    <message>
        <source>Nothing was done: a production store needs a reason.</source>
        <translation>Nichts wurde getan: Ein Produktions-Store verlangt einen Grund.</translation>
    </message>
    <message>
        <source>Name the store</source>
        <translation>Den Store nennen</translation>
    </message>
    <message>
        <source>Type the name of the store, “%1”, to %2.</source>
        <translation>Den Namen des Stores, „%1“, eingeben, um %2.</translation>
    </message>
</context>
<context>
    <name>portolan::PromoteDialog</name>
    <message>
        <source>Promote a checkpoint</source>
        <translation>Checkpoint hochstufen</translation>
    </message>
    <message>
        <source>The versions are being compared…</source>
        <translation>Die Versionen werden verglichen…</translation>
    </message>
    <message>
        <source>Promote version %1</source>
        <translation>Version %1 hochstufen</translation>
    </message>
    <message>
        <source>Make version %1 of “%2” the latest again</source>
        <translation>Version %1 von „%2“ wieder zur neuesten machen</translation>
    </message>
    <message>
        <source>Components go on from it in place of version %1, which stays, as all versions do. One transaction; it can be undone.</source>
        <translation>Komponenten fahren damit statt mit Version %1 fort; diese bleibt wie alle Versionen erhalten. Eine Transaktion; sie kann rückgängig gemacht werden.</translation>
    </message>
    <message>
        <source>It is the latest already; there is nothing to do.</source>
        <translation>Sie ist bereits die neueste; es ist nichts zu tun.</translation>
    </message>
    <message>
        <source>Say why first; it goes into the audit.</source>
        <translation>Zuerst einen Grund angeben; er wird im Audit vermerkt.</translation>
    </message>
</context>
<context>
    <name>portolan::ReceiveActions</name>
    <message>
        <source>receive into it</source>
        <translation>in ihn zu empfangen</translation>
    </message>
    <message>
        <source>This store receives already: stop that first.</source>
        <translation>Dieser Store empfängt schon: Halten Sie das zuerst an.</translation>
    </message>
    <message>
        <source>No store is open.</source>
        <translation>Kein Store ist offen.</translation>
    </message>
</context>
<context>
    <name>portolan::RejectController</name>
    <message>
        <source>Rejected messages dismissed: %1</source>
        <translation>Abgewiesene Nachrichten abgelegt: %1</translation>
    </message>
    <message>
        <source>No rejected message was open any more.</source>
        <translation>Keine abgewiesene Nachricht war mehr offen.</translation>
    </message>
    <message>
        <source>stored: %1</source>
        <translation>gespeichert: %1</translation>
    </message>
    <message>
        <source>stored before: %1</source>
        <translation>schon gespeichert: %1</translation>
    </message>
    <message>
        <source>rejected again: %1, e.g. %2</source>
        <translation>wieder abgewiesen: %1, z. B. %2</translation>
    </message>
    <message>
        <source>Rejected messages tried again: %1</source>
        <translation>Abgewiesene Nachrichten erneut versucht: %1</translation>
    </message>
    <message>
        <source>Stopped; the rejected messages that were dealt with until now stay so.</source>
        <translation>Angehalten; was bis jetzt mit abgewiesenen Nachrichten geschah, bleibt so.</translation>
    </message>
</context>
<context>
    <name>portolan::RejectDialog</name>
    <message>
        <source>Retry rejected messages</source>
        <translation>Abgewiesene Nachrichten erneut versuchen</translation>
    </message>
    <message>
        <source>Edit a rejected message</source>
        <translation>Eine abgewiesene Nachricht bearbeiten</translation>
    </message>
    <message>
        <source>Dismiss rejected messages</source>
        <translation>Abgewiesene Nachrichten ablegen</translation>
    </message>
    <message>
        <source>They are stored in this store as if they had just come, each once. What is rejected again stays where it is, with its new reason.</source>
        <translation>Sie werden in diesem Store gespeichert, als wären sie gerade gekommen, jede einmal. Was wieder abgewiesen wird, bleibt, wo es ist, mit seinem neuen Grund.</translation>
    </message>
    <message>
        <source>The edited payload is stored in place of its own, which is kept beside it, byte for byte.</source>
        <translation>Der bearbeitete Inhalt wird anstelle des eigenen gespeichert, der Byte für Byte daneben erhalten bleibt.</translation>
    </message>
    <message>
        <source>They are kept and listed, and count as open no more.</source>
        <translation>Sie bleiben erhalten und in der Liste, gelten aber nicht mehr als offen.</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>Erneut versuchen</translation>
    </message>
    <message>
        <source>Store the edited message</source>
        <translation>Bearbeitete Nachricht speichern</translation>
    </message>
    <message>
        <source>Dismiss</source>
        <translation>Ablegen</translation>
    </message>
    <message>
        <source>Payload</source>
        <translation>Nutzdaten</translation>
    </message>
    <message>
        <source>▲ An editor would change bytes of this payload that are not shown. `portolan rejects edit` stores the bytes of a file.</source>
        <translation>▲ Ein Editor würde Bytes dieser Nutzdaten ändern, die nicht zu sehen sind. `portolan rejects edit` speichert die Bytes einer Datei.</translation>
    </message>
    <message>
        <source>Change the payload first.</source>
        <translation>Zuerst die Nutzdaten ändern.</translation>
    </message>
    <message>
        <source>Say why first; it goes into the audit.</source>
        <translation>Zuerst einen Grund angeben; er wird im Audit vermerkt.</translation>
    </message>
</context>
<context>
    <name>portolan::RejectsView</name>
    <message>
        <source>Nothing was rejected.</source>
        <translation>Nichts wurde abgewiesen.</translation>
    </message>
    <message>
        <source>Messages that the store could not keep appear here, byte for byte.</source>
        <translation>Was eine Quelle liefert und der Store nicht aufnehmen kann, wird hier Byte für Byte aufbewahrt.</translation>
    </message>
    <message>
        <source>No rejected message matches the filter.</source>
        <translation>Keine abgewiesene Nachricht entspricht dem Filter.</translation>
    </message>
    <message>
        <source>Retry…</source>
        <translation>Erneut versuchen…</translation>
    </message>
    <message>
        <source>Edit…</source>
        <translation>Bearbeiten…</translation>
    </message>
    <message>
        <source>Dismiss…</source>
        <translation>Ablegen…</translation>
    </message>
    <message>
        <source>%1 selected</source>
        <translation>%1 ausgewählt</translation>
    </message>
    <message>
        <source>Rejected messages are being worked on.</source>
        <translation>An abgewiesenen Nachrichten wird gearbeitet.</translation>
    </message>
    <message>
        <source>Stores them again, each once</source>
        <translation>Speichert sie erneut, jede einmal</translation>
    </message>
    <message>
        <source>Marks them; they are kept</source>
        <translation>Kennzeichnet sie; sie bleiben erhalten</translation>
    </message>
    <message>
        <source>Stores another payload in place of the one that is selected</source>
        <translation>Speichert andere Nutzdaten anstelle der ausgewählten</translation>
    </message>
    <message>
        <source>store rejected messages again</source>
        <translation>abgewiesene Nachrichten erneut zu speichern</translation>
    </message>
    <message>
        <source>dismiss rejected messages</source>
        <translation>abgewiesene Nachrichten abzulegen</translation>
    </message>
    <message>
        <source>Rejected messages: %1</source>
        <translation>Abgewiesene Nachrichten: %1</translation>
    </message>
    <message>
        <source>store a rejected message</source>
        <translation>eine abgewiesene Nachricht zu speichern</translation>
    </message>
    <message>
        <source>Rejected message %1</source>
        <translation>Abgewiesene Nachricht %1</translation>
    </message>
    <message>
        <source>all open</source>
        <translation>alle offenen</translation>
    </message>
    <message>
        <source>Retry (%1)…</source>
        <translation>Erneut versuchen (%1)…</translation>
    </message>
    <message>
        <source>Dismiss (%1)…</source>
        <translation>Ablegen (%1)…</translation>
    </message>
    <message>
        <source>all open ones that match</source>
        <translation>alle passenden offenen</translation>
    </message>
    <message>
        <source>Select the messages first</source>
        <translation>Erst die Nachrichten auswählen</translation>
    </message>
    <message>
        <source>Retry %1…</source>
        <translation>Erneut versuchen: %1…</translation>
    </message>
    <message>
        <source>Dismiss %1…</source>
        <translation>Ablegen: %1…</translation>
    </message>
</context>
<context>
    <name>portolan::ReplayController</name>
    <message>
        <source>The items could not be written into %1: %2.</source>
        <translation>Die Posten konnten nicht nach %1 geschrieben werden: %2.</translation>
    </message>
    <message>
        <source>Replay %1: %2 of %3 put back.</source>
        <translation>Rückspielung %1: %2 von %3 zurückgespielt.</translation>
    </message>
    <message>
        <source>Replay %1 is cancelled.</source>
        <translation>Rückspielung %1 ist abgebrochen.</translation>
    </message>
    <message>
        <source>%1 dead letters are taken back.</source>
        <translation>%1 Dead Letters sind zurückgeholt.</translation>
    </message>
    <message>
        <source>%1 dead letters are taken back; %2 had been taken by a worker before.</source>
        <translation>%1 Dead Letters sind zurückgeholt; %2 hatte ein Worker schon genommen.</translation>
    </message>
    <message>
        <source>%1 items are in %2.</source>
        <translation>%1 Posten sind in %2.</translation>
    </message>
</context>
<context>
    <name>portolan::ReplayDialog</name>
    <message>
        <source>not known</source>
        <translation>nicht bekannt</translation>
    </message>
    <message>
        <source>Replay dead letters</source>
        <translation>Dead Letters zurückspielen</translation>
    </message>
    <message>
        <source>Dead letters</source>
        <translation>Dead Letters</translation>
    </message>
    <message>
        <source>Oldest</source>
        <translation>Ältester</translation>
    </message>
    <message>
        <source>Newest</source>
        <translation>Neuester</translation>
    </message>
    <message>
        <source>Where to</source>
        <translation>Wohin</translation>
    </message>
    <message>
        <source>Back to where they died</source>
        <translation>Zurück an den Ort, wo sie starben</translation>
    </message>
    <message>
        <source>To a Redis stream, list or channel…</source>
        <translation>In einen Redis-Stream, eine Liste oder einen Kanal…</translation>
    </message>
    <message>
        <source>Target</source>
        <translation>Ziel</translation>
    </message>
    <message>
        <source>Dead letters a second</source>
        <translation>Dead Letters je Sekunde</translation>
    </message>
    <message>
        <source>as fast as it goes</source>
        <translation>so schnell es geht</translation>
    </message>
    <message>
        <source> a second</source>
        <translation> je Sekunde</translation>
    </message>
    <message>
        <source>Canary: 1, 5, 25, … at a time; pause when more than a tenth dies again</source>
        <translation>Canary: 1, 5, 25, … auf einmal; Pause, wenn mehr als ein Zehntel wieder stirbt</translation>
    </message>
    <message>
        <source>Canary</source>
        <translation>Canary</translation>
    </message>
    <message>
        <source>It goes into the audit</source>
        <translation>Wird im Audit vermerkt</translation>
    </message>
    <message>
        <source>Rate</source>
        <translation>Rate</translation>
    </message>
    <message>
        <source>▲ %1 of them stand in processed_events already and would be taken for duplicates.</source>
        <translation>▲ %1 davon stehen schon in processed_events und würden für Duplikate gehalten.</translation>
    </message>
    <message>
        <source>▲ %1%2 of them come too late: a later message of the same key has completed (%3).</source>
        <translation>▲ %1%2 davon kommen zu spät: Eine spätere Nachricht mit demselben Schlüssel ist erledigt (%3).</translation>
    </message>
    <message>
        <source>▲ The edit does not apply to %1 of them: %2</source>
        <translation>▲ Die Änderung passt auf %1 davon nicht: %2</translation>
    </message>
    <message>
        <source>Nothing to replay</source>
        <translation>Nichts zurückzuspielen</translation>
    </message>
    <message>
        <source>Replay</source>
        <translation>Zurückspielen</translation>
    </message>
    <message>
        <source>Replay 1 dead letter</source>
        <translation>1 Dead Letter zurückspielen</translation>
    </message>
    <message>
        <source>Replay %1 dead letters</source>
        <translation>%1 Dead Letters zurückspielen</translation>
    </message>
    <message>
        <source>Say why first; it goes into the audit.</source>
        <translation>Zuerst einen Grund angeben; er wird im Audit vermerkt.</translation>
    </message>
    <message>
        <source>being looked at…</source>
        <translation>werden gesichtet…</translation>
    </message>
    <message>
        <source>seen once the target is named</source>
        <translation>zu sehen, sobald das Ziel genannt ist</translation>
    </message>
    <message>
        <source>The first of them</source>
        <translation>Die ersten davon</translation>
    </message>
    <message>
        <source>Died</source>
        <translation>Gestorben</translation>
    </message>
    <message>
        <source>Port</source>
        <translation>Port</translation>
    </message>
    <message>
        <source>Error</source>
        <translation>Fehler</translation>
    </message>
    <message>
        <source>Document</source>
        <translation>Dokument</translation>
    </message>
</context>
<context>
    <name>portolan::ReportController</name>
    <message>
        <source>The report was cancelled.</source>
        <translation>Der Bericht wurde abgebrochen.</translation>
    </message>
    <message>
        <source>%1 bytes</source>
        <translation>%1 Bytes</translation>
    </message>
    <message>
        <source>%1 dead letters, %2 bytes</source>
        <translation>%1 Dead Letters, %2 Bytes</translation>
    </message>
    <message>
        <source>%1 is written: %2.</source>
        <translation>%1 ist geschrieben: %2.</translation>
    </message>
    <message>
        <source>Cancelled; there is no file.</source>
        <translation>Abgebrochen; es gibt keine Datei.</translation>
    </message>
</context>
<context>
    <name>portolan::ReportDialog</name>
    <message>
        <source>Everything that is stored</source>
        <translation>Alles, was gespeichert ist</translation>
    </message>
    <message>
        <source>The last 24 hours</source>
        <translation>Die letzten 24 Stunden</translation>
    </message>
    <message>
        <source>The last 7 days</source>
        <translation>Die letzten 7 Tage</translation>
    </message>
    <message>
        <source>The last 30 days</source>
        <translation>Die letzten 30 Tage</translation>
    </message>
    <message>
        <source>The last 365 days</source>
        <translation>Die letzten 365 Tage</translation>
    </message>
    <message>
        <source>Pipeline report: %1</source>
        <translation>Pipeline-Bericht: %1</translation>
    </message>
    <message>
        <source>Report of this store</source>
        <translation>Bericht über diesen Store</translation>
    </message>
    <message>
        <source>Report title</source>
        <translation>Titel des Berichts</translation>
    </message>
    <message>
        <source>Series filter</source>
        <translation>Filter der Reihen</translation>
    </message>
    <message>
        <source>all series; or a filter, as series~temperature</source>
        <translation>alle Reihen oder ein Filter wie series~temperature</translation>
    </message>
    <message>
        <source>Report format</source>
        <translation>Format des Berichts</translation>
    </message>
    <message>
        <source>HTML: one file for a browser and for mail</source>
        <translation>HTML: eine Datei für Browser und E-Mail</translation>
    </message>
    <message>
        <source>PDF: pages of A4</source>
        <translation>PDF: Seiten in A4</translation>
    </message>
    <message>
        <source>Title</source>
        <translation>Titel</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>Zeit</translation>
    </message>
    <message>
        <source>Sections</source>
        <translation>Abschnitte</translation>
    </message>
    <message>
        <source>Draw</source>
        <translation>Zeichnen</translation>
    </message>
    <message>
        <source>Written as</source>
        <translation>Geschrieben als</translation>
    </message>
    <message>
        <source>Where to</source>
        <translation>Wohin</translation>
    </message>
    <message>
        <source>Write the report to</source>
        <translation>Bericht schreiben nach</translation>
    </message>
    <message>
        <source>Template</source>
        <translation>Vorlage</translation>
    </message>
    <message>
        <source>Write a report for people</source>
        <translation>Einen Bericht für Menschen schreiben</translation>
    </message>
    <message>
        <source>It tells what came, what died and why, and what was done about it. Messages and errors are in it: look at it before you hand it on.</source>
        <translation>Er sagt, was kam, was starb und warum und was daraufhin getan wurde. Nachrichten und Fehler stehen darin: Vor dem Weitergeben ansehen.</translation>
    </message>
    <message>
        <source>Report time</source>
        <translation>Zeit des Berichts</translation>
    </message>
    <message>
        <source>From</source>
        <translation>Von</translation>
    </message>
    <message>
        <source>To</source>
        <translation>Bis</translation>
    </message>
    <message>
        <source>Saves this choice for another time and for portolan report --template.</source>
        <translation>Was hier gewählt ist, für ein anderes Mal und für portolan report --template.</translation>
    </message>
    <message>
        <source>Templates (*.json)</source>
        <translation>Vorlagen (*.json)</translation>
    </message>
    <message>
        <source>Open template…</source>
        <translation>Vorlage öffnen…</translation>
    </message>
    <message>
        <source>Save template…</source>
        <translation>Vorlage speichern…</translation>
    </message>
    <message>
        <source>Opened %1.</source>
        <translation>%1 geöffnet.</translation>
    </message>
    <message>
        <source>Saved as %1.</source>
        <translation>Als %1 gespeichert.</translation>
    </message>
    <message>
        <source>Cannot write %1: %2.</source>
        <translation>%1 kann nicht geschrieben werden: %2.</translation>
    </message>
    <message>
        <source>The second time is not after the first.</source>
        <translation>Der zweite Zeitpunkt liegt nicht nach dem ersten.</translation>
    </message>
    <message>
        <source>Choose a section.</source>
        <translation>Einen Abschnitt wählen.</translation>
    </message>
    <message>
        <source>Series: %1</source>
        <translation>Reihen: %1</translation>
    </message>
    <message>
        <source>The name ends with .%1 for this format.</source>
        <translation>Bei diesem Format endet der Name auf .%1.</translation>
    </message>
    <message>
        <source>There is no folder %1.</source>
        <translation>Den Ordner %1 gibt es nicht.</translation>
    </message>
    <message>
        <source>%1 is a folder.</source>
        <translation>%1 ist ein Ordner.</translation>
    </message>
    <message>
        <source>Replace the file</source>
        <translation>Datei ersetzen</translation>
    </message>
    <message>
        <source>Write report</source>
        <translation>Bericht schreiben</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>Heute</translation>
    </message>
    <message>
        <source>Yesterday</source>
        <translation>Gestern</translation>
    </message>
    <message>
        <source>Last night, 20:00 to 08:00</source>
        <translation>Letzte Nacht, 20:00 bis 08:00</translation>
    </message>
    <message>
        <source>This week</source>
        <translation>Diese Woche</translation>
    </message>
    <message>
        <source>Last week</source>
        <translation>Letzte Woche</translation>
    </message>
    <message>
        <source>Between two times</source>
        <translation>Zwischen zwei Zeiten</translation>
    </message>
    <message>
        <source>Open it when it is made</source>
        <translation>Öffnen, sobald er fertig ist</translation>
    </message>
    <message>
        <source>Written for</source>
        <translation>Geschrieben für</translation>
    </message>
    <message>
        <source>Anybody: the sections below</source>
        <translation>alle: die Abschnitte unten</translation>
    </message>
    <message>
        <source>An operator who takes over: all of it</source>
        <translation>jemanden, der übernimmt: alles</translation>
    </message>
    <message>
        <source>A customer: without payloads, checks and places</source>
        <translation>einen Kunden: ohne Inhalte, Prüfungen und Orte</translation>
    </message>
    <message>
        <source>Handover: %1</source>
        <translation>Übergabe: %1</translation>
    </message>
    <message>
        <source>Local time, as the window shows it</source>
        <translation>Ortszeit, wie das Fenster sie zeigt</translation>
    </message>
    <message>
        <source>UTC</source>
        <translation>UTC</translation>
    </message>
</context>
<context>
    <name>portolan::RestoreDialog</name>
    <message>
        <source>Restore a backup</source>
        <translation>Eine Sicherung wiederherstellen</translation>
    </message>
    <message>
        <source>Place</source>
        <translation>Ort</translation>
    </message>
    <message>
        <source>Into</source>
        <translation>Nach</translation>
    </message>
    <message>
        <source>Restore</source>
        <translation>Wiederherstellen</translation>
    </message>
    <message>
        <source>Restore the backup %1</source>
        <translation>Die Sicherung %1 wiederherstellen</translation>
    </message>
    <message>
        <source>Say why first; it goes into the audit.</source>
        <translation>Zuerst einen Grund angeben; er wird im Audit vermerkt.</translation>
    </message>
    <message>
        <source>A new or empty place</source>
        <translation>Ein neuer oder leerer Ort</translation>
    </message>
    <message>
        <source>The place of this store, %1</source>
        <translation>Die Stelle dieses Stores, %1</translation>
    </message>
    <message>
        <source>%1 rows, as they were at %2. They are unpacked aside and looked at before anything is put there.</source>
        <translation>%1 Zeilen, wie sie am %2 waren. Sie werden daneben ausgepackt und geprüft, bevor etwas dorthin kommt.</translation>
    </message>
    <message>
        <source>What becomes of the store</source>
        <translation>Was aus dem Store wird</translation>
    </message>
    <message>
        <source>Tables</source>
        <translation>Tabellen</translation>
    </message>
    <message>
        <source>What is there now is made a backup first (kind replaced, in this list), and restoring that one undoes this. What came after the backup is in that one alone, until its source delivers it again.</source>
        <translation>Was jetzt dort ist, wird zuerst eine Sicherung (Art replaced, in dieser Liste); diese wiederherzustellen macht es rückgängig. Was nach der Sicherung kam, ist nur in dieser, bis die Quelle es noch einmal liefert.</translation>
    </message>
    <message>
        <source>The chosen tables take the place of those in the store, in one transaction; the others stay. %1</source>
        <translation>Die gewählten Tabellen treten an die Stelle derer im Store, in einer Transaktion; die anderen bleiben. %1</translation>
    </message>
    <message>
        <source>%1 The store is closed meanwhile and opened again after it. Before that, end the programs that write to it, and close its other windows: while one has it open, nothing is replaced.</source>
        <translation>%1 Der Store wird währenddessen geschlossen und danach wieder geöffnet. Vorher die Programme beenden, die in ihn schreiben, und seine anderen Fenster schließen: solange ihn jemand offen hat, wird nichts ersetzt.</translation>
    </message>
    <message numerus="yes">
        <source>Replace %n table(s) of %1</source>
        <translation>
            <numerusform>%n Tabelle von %1 ersetzen</numerusform>
            <numerusform>%n Tabellen von %1 ersetzen</numerusform>
        </translation>
    </message>
    <message>
        <source>Replace %1</source>
        <translation>%1 ersetzen</translation>
    </message>
    <message>
        <source>Choose a table first</source>
        <translation>Erst eine Tabelle wählen</translation>
    </message>
    <message>
        <source>Replace tables of %1</source>
        <translation>Tabellen von %1 ersetzen</translation>
    </message>
    <message numerus="yes">
        <source>Restore %n table(s)</source>
        <translation>
            <numerusform>%n Tabelle wiederherstellen</numerusform>
            <numerusform>%n Tabellen wiederherstellen</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>portolan::RetentionView</name>
    <message>
        <source>There is no rule.</source>
        <translation>Es gibt keine Regel.</translation>
    </message>
    <message>
        <source>A database has rules that are offered, and off.</source>
        <translation>Eine Datenbank hat Regeln, die angeboten und aus sind.</translation>
    </message>
    <message>
        <source>No rule matches the filter.</source>
        <translation>Keine Regel passt zum Filter.</translation>
    </message>
    <message>
        <source>Switch on…</source>
        <translation>Einschalten…</translation>
    </message>
    <message>
        <source>Delete now…</source>
        <translation>Jetzt löschen…</translation>
    </message>
    <message>
        <source>Dry run</source>
        <translation>Probelauf</translation>
    </message>
    <message>
        <source>change what is deleted from it</source>
        <translation>zu ändern, was aus ihm gelöscht wird</translation>
    </message>
    <message>
        <source>delete old rows</source>
        <translation>alte Zeilen zu löschen</translation>
    </message>
    <message>
        <source>Choose a rule to see what it would delete now.</source>
        <translation>Eine Regel wählen, um zu sehen, was sie jetzt löschen würde.</translation>
    </message>
    <message>
        <source>What it would delete now is being counted…</source>
        <translation>Was sie jetzt löschen würde, wird gezählt…</translation>
    </message>
    <message>
        <source>Switch off…</source>
        <translation>Ausschalten…</translation>
    </message>
    <message>
        <source>With a reason, which goes into the audit</source>
        <translation>Mit einem Grund, der im Audit vermerkt wird</translation>
    </message>
    <message>
        <source>Choose a rule, and see what it would delete</source>
        <translation>Eine Regel wählen und sehen, was sie löschen würde</translation>
    </message>
    <message>
        <source>Delete %1 rows…</source>
        <translation>%1 Zeilen löschen…</translation>
    </message>
    <message>
        <source>Switch the rule on first</source>
        <translation>Die Regel erst einschalten</translation>
    </message>
    <message>
        <source>Deletes what was counted, in short transactions</source>
        <translation>Löscht, was gezählt wurde, in kurzen Transaktionen</translation>
    </message>
    <message>
        <source>Switch the rule %1 on. %2 Why? It goes into the audit.</source>
        <translation>Die Regel %1 einschalten. %2 Warum? Es wird im Audit vermerkt.</translation>
    </message>
    <message>
        <source>Switch the rule %1 off: nothing is deleted by it any more. Why? It goes into the audit.</source>
        <translation>Die Regel %1 ausschalten: Durch sie wird nichts mehr gelöscht. Warum? Es wird im Audit vermerkt.</translation>
    </message>
    <message>
        <source>Change a rule</source>
        <translation>Eine Regel ändern</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>Grund</translation>
    </message>
    <message>
        <source>Switch on</source>
        <translation>Einschalten</translation>
    </message>
    <message>
        <source>Switch off</source>
        <translation>Ausschalten</translation>
    </message>
    <message>
        <source>Nothing was changed: it needs a reason.</source>
        <translation>Nichts wurde geändert: Es braucht einen Grund.</translation>
    </message>
    <message>
        <source>The rule %1 is on.</source>
        <translation>Die Regel %1 ist an.</translation>
    </message>
    <message>
        <source>The rule %1 is off.</source>
        <translation>Die Regel %1 ist aus.</translation>
    </message>
    <message>
        <source>Delete old rows</source>
        <translation>Alte Zeilen löschen</translation>
    </message>
    <message>
        <source>%1 What is deleted comes back from a backup alone. Why? It goes into the audit.</source>
        <translation>%1 Gelöschtes kommt nur aus einer Sicherung zurück. Warum? Es wird im Audit vermerkt.</translation>
    </message>
    <message>
        <source>Delete %1 rows</source>
        <translation>%1 Zeilen löschen</translation>
    </message>
    <message>
        <source>Nothing was deleted: it needs a reason.</source>
        <translation>Nichts wurde gelöscht: Es braucht einen Grund.</translation>
    </message>
    <message>
        <source>Change…</source>
        <translation>Ändern…</translation>
    </message>
    <message>
        <source>New rule…</source>
        <translation>Neue Regel…</translation>
    </message>
    <message>
        <source>Says how long its rows are kept, and counts what would go then</source>
        <translation>Sagt, wie lange ihre Zeilen bleiben, und zählt, was dann ginge</translation>
    </message>
    <message>
        <source>Choose a rule</source>
        <translation>Eine Regel wählen</translation>
    </message>
    <message>
        <source>A rule for any table</source>
        <translation>Eine Regel für eine beliebige Tabelle</translation>
    </message>
    <message>
        <source>The rule %1 is on, as it was counted.</source>
        <translation>Die Regel %1 ist an, wie sie gezählt wurde.</translation>
    </message>
    <message>
        <source>A folder of batch files has these two rules</source>
        <translation>Ein Ordner von Batch-Dateien hat diese beiden Regeln</translation>
    </message>
</context>
<context>
    <name>portolan::RuleDialog</name>
    <message>
        <source>Change a rule</source>
        <translation>Eine Regel ändern</translation>
    </message>
    <message>
        <source>New rule</source>
        <translation>Neue Regel</translation>
    </message>
    <message>
        <source>Whole files go that the writer is done with; their messages stay known, so that none is stored twice. Nothing is deleted before the rule is run.</source>
        <translation>Ganze Dateien gehen, mit denen der Schreiber fertig ist; ihre Nachrichten bleiben bekannt, so dass keine zweimal gespeichert wird. Nichts wird gelöscht, bevor die Regel ausgeführt wird.</translation>
    </message>
    <message>
        <source>Rows go that are longer ago than they are kept, in short transactions, the oldest first. Nothing is deleted before the rule is run, here or by a schedule.</source>
        <translation>Zeilen gehen, die länger her sind, als sie bleiben, in kurzen Transaktionen, die ältesten zuerst. Nichts wird gelöscht, bevor die Regel ausgeführt wird, hier oder von einem Zeitplan.</translation>
    </message>
    <message>
        <source>Dry run</source>
        <translation>Probelauf</translation>
    </message>
    <message>
        <source>Change the rule</source>
        <translation>Die Regel ändern</translation>
    </message>
    <message>
        <source>Switch the rule on</source>
        <translation>Die Regel einschalten</translation>
    </message>
    <message>
        <source>Change what the rule %1 keeps</source>
        <translation>Ändern, was die Regel %1 behält</translation>
    </message>
    <message>
        <source>Make a rule that says how long rows stay</source>
        <translation>Eine Regel machen, die sagt, wie lange Zeilen bleiben</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Table</source>
        <translation>Tabelle</translation>
    </message>
    <message>
        <source>Time column</source>
        <translation>Zeitspalte</translation>
    </message>
    <message>
        <source>Only rows that match</source>
        <translation>Nur Zeilen, die passen</translation>
    </message>
    <message>
        <source>all; or a filter, as status:completed</source>
        <translation>alle; oder ein Filter wie status:completed</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>Behalten</translation>
    </message>
    <message>
        <source>30d, 12h, 90m</source>
        <translation>30d, 12h, 90m</translation>
    </message>
    <message>
        <source>Keep newest</source>
        <translation>Neueste</translation>
    </message>
    <message>
        <source>Archive</source>
        <translation>Archiv</translation>
    </message>
    <message>
        <source>a folder; empty: they are deleted</source>
        <translation>ein Ordner; leer: sie werden gelöscht</translation>
    </message>
    <message>
        <source>Days and months</source>
        <translation>Tage und Monate</translation>
    </message>
    <message>
        <source>Only rows</source>
        <translation>Nur Zeilen</translation>
    </message>
    <message>
        <source>Keep for</source>
        <translation>Behalten für</translation>
    </message>
    <message>
        <source>Keep newest of each</source>
        <translation>Neueste von jedem</translation>
    </message>
    <message>
        <source>Pack into</source>
        <translation>Packen nach</translation>
    </message>
    <message>
        <source>“%1” is no length of time. Write 30d, 12h or 90m.</source>
        <translation>„%1“ ist keine Zeitspanne. Möglich sind 30d, 12h oder 90m.</translation>
    </message>
    <message>
        <source>“%1” is no number of rows. Write 1 or more.</source>
        <translation>„%1“ ist keine Anzahl. Möglich ist 1 oder mehr.</translation>
    </message>
    <message>
        <source>What it would delete now is being counted…</source>
        <translation>Was sie jetzt löschen würde, wird gezählt…</translation>
    </message>
    <message>
        <source>Say why first; it goes into the audit.</source>
        <translation>Zuerst einen Grund angeben; er wird im Audit vermerkt.</translation>
    </message>
    <message>
        <source>The newest backup of each of so many days and months stays, with all of the last day and the newest that was proved. Nothing is deleted before the rule is run, here or by a schedule.</source>
        <translation>Von so vielen Tagen und Monaten bleibt je die neueste Sicherung, dazu alle des letzten Tages und die neueste, die geprüft wurde. Gelöscht wird nichts, bevor die Regel ausgeführt wird, hier oder von einem Zeitplan.</translation>
    </message>
    <message>
        <source>How long its rows are kept cannot be taken from a rule. Write 30d, 12h or 90m.</source>
        <translation>Wie lange ihre Zeilen bleiben, kann einer Regel nicht genommen werden. Schreiben Sie 30d, 12h oder 90m.</translation>
    </message>
    <message>
        <source>How many are kept cannot be taken from a rule. Write 1 or more.</source>
        <translation>Wie viele bleiben, kann einer Regel nicht genommen werden. Schreiben Sie 1 oder mehr.</translation>
    </message>
</context>
<context>
    <name>portolan::RunsView</name>
    <message>
        <source>Nothing was replayed yet.</source>
        <translation>Noch wurde nichts zurückgespielt.</translation>
    </message>
    <message>
        <source>Every replay appears here, with the outcome of each dead letter.</source>
        <translation>Hier steht jede Rückspielung, und was aus jedem Dead Letter wurde.</translation>
    </message>
    <message>
        <source>No run matches the filter.</source>
        <translation>Kein Lauf entspricht dem Filter.</translation>
    </message>
    <message>
        <source>No run is chosen.</source>
        <translation>Kein Lauf ist ausgewählt.</translation>
    </message>
    <message>
        <source>Choose one to see what became of its dead letters.</source>
        <translation>Einen auswählen, um zu sehen, was aus seinen Dead Letters wurde.</translation>
    </message>
    <message>
        <source>No item matches.</source>
        <translation>Kein Posten entspricht dem Filter.</translation>
    </message>
    <message>
        <source>Recall</source>
        <translation>Zurückholen</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>Cancel run</source>
        <translation>Lauf abbrechen</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>Exportieren…</translation>
    </message>
    <message>
        <source>cancel the run</source>
        <translation>den Lauf abzubrechen</translation>
    </message>
    <message>
        <source>Takes back the %1 that no worker has taken yet</source>
        <translation>Holt die %1 zurück, die noch kein Worker genommen hat</translation>
    </message>
    <message>
        <source>Nothing of it is pending still.</source>
        <translation>Nichts davon wartet noch.</translation>
    </message>
    <message>
        <source>Looks what became of those that are pending still</source>
        <translation>Sieht nach, was aus denen wurde, die noch warten</translation>
    </message>
    <message>
        <source>Continues this run where it stopped</source>
        <translation>Fährt mit diesem Lauf dort fort, wo er steht</translation>
    </message>
    <message>
        <source>Ends the run; what it has not touched stays as it is</source>
        <translation>Beendet den Lauf; was er nicht angerührt hat, bleibt, wie es ist</translation>
    </message>
    <message>
        <source>Writes the items and what became of them into a file</source>
        <translation>Schreibt die Posten, und was aus ihnen wurde, in eine Datei</translation>
    </message>
    <message>
        <source>go on with the run</source>
        <translation>mit dem Lauf fortzufahren</translation>
    </message>
    <message>
        <source>Resume the replay</source>
        <translation>Rückspielung fortsetzen</translation>
    </message>
    <message>
        <source>This run sends its messages to the target below. A password is not kept: add it where one is needed, as in redis://:PASSWORD@host.</source>
        <translation>Dieser Lauf sendet seine Nachrichten an das Ziel unten. Ein Passwort wird nicht aufbewahrt: Wo eines nötig ist, gehört es dazu, wie in redis://:PASSWORT@host.</translation>
    </message>
    <message>
        <source>Target</source>
        <translation>Ziel</translation>
    </message>
    <message>
        <source>recall the run</source>
        <translation>den Lauf zurückzuholen</translation>
    </message>
    <message>
        <source>Recalled in the window</source>
        <translation>Im Fenster zurückgeholt</translation>
    </message>
    <message>
        <source>Export the items of this replay</source>
        <translation>Posten dieser Rückspielung exportieren</translation>
    </message>
    <message>
        <source>CSV (*.csv)</source>
        <translation>CSV (*.csv)</translation>
    </message>
    <message>
        <source>JSON lines (*.jsonl)</source>
        <translation>JSON Lines (*.jsonl)</translation>
    </message>
    <message>
        <source>This item is gone.</source>
        <translation>Diesen Posten gibt es nicht mehr.</translation>
    </message>
</context>
<context>
    <name>portolan::SaveViewDialog</name>
    <message>
        <source>as the list has it</source>
        <translation>wie in der Liste</translation>
    </message>
    <message>
        <source>by %1, descending</source>
        <translation>nach %1, absteigend</translation>
    </message>
    <message>
        <source>by %1</source>
        <translation>nach %1</translation>
    </message>
    <message>
        <source>Save this view</source>
        <translation>Diese Sicht speichern</translation>
    </message>
    <message>
        <source>Name of the view</source>
        <translation>Name der Sicht</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Rows</source>
        <translation>Zeilen</translation>
    </message>
    <message>
        <source>all</source>
        <translation>alle</translation>
    </message>
    <message>
        <source>Order</source>
        <translation>Reihenfolge</translation>
    </message>
    <message>
        <source>It is kept in the store, for everybody who opens it, with the order and widths of the columns.</source>
        <translation>Sie wird im Store aufbewahrt, für alle, die ihn öffnen, mit Reihenfolge und Breiten der Spalten.</translation>
    </message>
    <message>
        <source>It is kept on this computer only, because the store cannot keep it. %1</source>
        <translation>Sie wird nur auf diesem Rechner aufbewahrt, weil der Store sie nicht aufbewahren kann. %1</translation>
    </message>
    <message>
        <source>Save view</source>
        <translation>Sicht speichern</translation>
    </message>
    <message>
        <source>Save this view of %1</source>
        <translation>Diese Sicht von %1 speichern</translation>
    </message>
    <message>
        <source>Replace “%1”</source>
        <translation>„%1“ ersetzen</translation>
    </message>
    <message>
        <source>There is a view of this name; it is replaced.</source>
        <translation>Eine Sicht dieses Namens gibt es schon; sie wird ersetzt.</translation>
    </message>
</context>
<context>
    <name>portolan::SavedViewActions</name>
    <message>
        <source>Saved views of this pane…</source>
        <translation>Gespeicherte Sichten dieser Ansicht…</translation>
    </message>
    <message>
        <source>Save this view…</source>
        <translation>Diese Sicht speichern…</translation>
    </message>
    <message>
        <source>View: %1 (%2)</source>
        <translation>Sicht: %1 (%2)</translation>
    </message>
    <message>
        <source>This pane has no list of its own</source>
        <translation>Diese Ansicht hat keine eigene Liste</translation>
    </message>
    <message>
        <source>There is no list here that can be filtered</source>
        <translation>Hier gibt es keine Liste, die gefiltert werden kann</translation>
    </message>
    <message>
        <source>The store has not answered yet</source>
        <translation>Der Store hat noch nicht geantwortet</translation>
    </message>
    <message>
        <source>View “%1”</source>
        <translation>Sicht „%1“</translation>
    </message>
    <message>
        <source>View “%1” is kept on this computer</source>
        <translation>Sicht „%1“ ist auf diesem Rechner aufbewahrt</translation>
    </message>
    <message>
        <source>View “%1” is saved</source>
        <translation>Sicht „%1“ ist gespeichert</translation>
    </message>
    <message>
        <source>View “%1” is removed; the menu of saved views puts it back</source>
        <translation>Sicht „%1“ ist entfernt; das Menü der gespeicherten Sichten stellt sie wieder her</translation>
    </message>
    <message>
        <source>save a view in it</source>
        <translation>eine Sicht in ihm zu speichern</translation>
    </message>
    <message>
        <source>remove a view from it</source>
        <translation>eine Sicht aus ihm zu entfernen</translation>
    </message>
</context>
<context>
    <name>portolan::SavedViewMenu</name>
    <message>
        <source>%1 – on this computer</source>
        <translation>%1 – auf diesem Rechner</translation>
    </message>
    <message>
        <source>Saved views of this pane</source>
        <translation>Gespeicherte Sichten dieser Ansicht</translation>
    </message>
    <message>
        <source>No view of this pane is saved yet</source>
        <translation>Noch keine Sicht dieser Ansicht gespeichert</translation>
    </message>
    <message>
        <source>Save this view…</source>
        <translation>Diese Sicht speichern…</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>Remove a view</source>
        <translation>Sicht entfernen</translation>
    </message>
    <message>
        <source>Remove “%1”</source>
        <translation>„%1“ entfernen</translation>
    </message>
    <message>
        <source>Put “%1” back</source>
        <translation>„%1“ wiederherstellen</translation>
    </message>
</context>
<context>
    <name>portolan::ScheduleDialog</name>
    <message>
        <source>Add to the schedule</source>
        <translation>In den Zeitplan aufnehmen</translation>
    </message>
    <message>
        <source>A command of this program, as it would be typed. It runs while this window is open, and wherever `portolan run-due` does; whichever looks first runs it, once. In a production store a command that writes needs --confirm and --reason in its line.</source>
        <translation>Ein Befehl dieses Programms, wie man ihn eintippt. Er läuft, solange dieses Fenster offen ist, und überall, wo `portolan run-due` läuft; wer zuerst nachsieht, führt ihn aus, einmal. In einem Produktions-Store braucht ein Befehl, der schreibt, --confirm und --reason in seiner Zeile.</translation>
    </message>
    <message>
        <source>Offered</source>
        <translation>Angebote</translation>
    </message>
    <message>
        <source>Another command</source>
        <translation>Ein anderer Befehl</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Command</source>
        <translation>Befehl</translation>
    </message>
    <message>
        <source>When</source>
        <translation>Wann</translation>
    </message>
    <message>
        <source>Choose</source>
        <translation>Auswahl</translation>
    </message>
    <message>
        <source>Called</source>
        <translation>Heißt</translation>
    </message>
    <message>
        <source>At</source>
        <translation>Um</translation>
    </message>
    <message>
        <source>Add</source>
        <translation>Aufnehmen</translation>
    </message>
    <message>
        <source>Run a command at its times</source>
        <translation>Einen Befehl zu seinen Zeiten ausführen</translation>
    </message>
    <message>
        <source>That time never comes.</source>
        <translation>Diese Zeit kommt nie.</translation>
    </message>
    <message>
        <source>First at %1.</source>
        <translation>Zuerst am %1.</translation>
    </message>
    <message>
        <source>Say why first; it goes into the audit.</source>
        <translation>Zuerst einen Grund angeben; er wird im Audit vermerkt.</translation>
    </message>
    <message>
        <source>This command cannot be scheduled. %1</source>
        <translation>Dieser Befehl kann nicht in den Zeitplan. %1</translation>
    </message>
</context>
<context>
    <name>portolan::ScheduleView</name>
    <message>
        <source>Nothing is scheduled.</source>
        <translation>Nichts ist geplant.</translation>
    </message>
    <message>
        <source>Add… offers a backup every night, retention, verification, summing up, and a weekly proof of the newest backup; or any command. Nothing runs before it is added.</source>
        <translation>Aufnehmen… bietet eine Sicherung jede Nacht, Aufbewahrung, Prüfung, Zusammenfassen und eine wöchentliche Probe der neuesten Sicherung an oder jeden anderen Befehl. Nichts läuft, bevor es aufgenommen ist.</translation>
    </message>
    <message>
        <source>No entry matches the filter.</source>
        <translation>Kein Eintrag passt zum Filter.</translation>
    </message>
    <message>
        <source>Add…</source>
        <translation>Aufnehmen…</translation>
    </message>
    <message>
        <source>Run now</source>
        <translation>Jetzt ausführen</translation>
    </message>
    <message>
        <source>Run it from here…</source>
        <translation>Von hier ausführen…</translation>
    </message>
    <message>
        <source>Remove…</source>
        <translation>Entfernen…</translation>
    </message>
    <message>
        <source>Who runs it</source>
        <translation>Wer ihn ausführt</translation>
    </message>
    <message>
        <source>change what runs in it by itself</source>
        <translation>zu ändern, was darin von selbst läuft</translation>
    </message>
    <message>
        <source>run a command of its schedule</source>
        <translation>einen Befehl aus seinem Zeitplan auszuführen</translation>
    </message>
    <message>
        <source>run its schedule while this window is open</source>
        <translation>seinen Zeitplan auszuführen, solange dieses Fenster offen ist</translation>
    </message>
    <message>
        <source>This is the production store “%1”: nothing of its schedule runs from here before its name is typed.</source>
        <translation>Das ist der Produktions-Store „%1“: Von hier läuft nichts aus seinem Zeitplan, bevor sein Name eingegeben ist.</translation>
    </message>
    <message>
        <source>What is due runs while this window is open; what was missed runs once. Without a window `portolan run-due` does it, by cron or a timer.</source>
        <translation>Was fällig ist, läuft, solange dieses Fenster offen ist; Versäumtes läuft einmal. Ohne Fenster erledigt es `portolan run-due`, mit cron oder einem Timer.</translation>
    </message>
    <message>
        <source>Asks for a command and its times</source>
        <translation>Fragt nach einem Befehl und seinen Zeiten</translation>
    </message>
    <message>
        <source>Something is being done to the store.</source>
        <translation>Am Store wird gerade etwas getan.</translation>
    </message>
    <message>
        <source>Choose an entry</source>
        <translation>Einen Eintrag wählen</translation>
    </message>
    <message>
        <source>Runs it once, now; its next time stays as it is</source>
        <translation>Führt ihn jetzt einmal aus; sein nächster Zeitpunkt bleibt</translation>
    </message>
    <message>
        <source>Asks for the name of the production store first</source>
        <translation>Fragt zuerst nach dem Namen des Produktions-Stores</translation>
    </message>
    <message>
        <source>With a reason, which goes into the audit</source>
        <translation>Mit einem Grund, der im Audit vermerkt wird</translation>
    </message>
    <message>
        <source>%1 is in the schedule.</source>
        <translation>%1 ist im Zeitplan.</translation>
    </message>
    <message>
        <source>Remove from the schedule</source>
        <translation>Aus dem Zeitplan entfernen</translation>
    </message>
    <message>
        <source>%1 runs no more by itself. Why? It goes into the audit.</source>
        <translation>%1 läuft nicht mehr von selbst. Warum? Es wird im Audit vermerkt.</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>Grund</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>Nothing was changed: it needs a reason.</source>
        <translation>Nichts wurde geändert: Es braucht einen Grund.</translation>
    </message>
    <message>
        <source>%1 is no longer in the schedule.</source>
        <translation>%1 ist nicht mehr im Zeitplan.</translation>
    </message>
    <message>
        <source>Nothing runs here by itself: %1</source>
        <translation>Hier läuft nichts von selbst: %1</translation>
    </message>
    <message>
        <source>Trust…</source>
        <translation>Vertrauen…</translation>
    </message>
    <message>
        <source>Does not run here before you trust it: %1. It was added or changed by somebody else or on another machine, or this store is a copy.</source>
        <translation>Läuft hier nicht, bevor ihm vertraut wird: %1. Jemand anderes oder ein anderer Rechner hat es aufgenommen oder geändert, oder dieser Store ist eine Kopie.</translation>
    </message>
    <message>
        <source>Shows what it would run with your rights, and asks</source>
        <translation>Zeigt, was mit den eigenen Rechten laufen würde, und fragt</translation>
    </message>
    <message>
        <source>Choose an entry that waits for it</source>
        <translation>Einen Eintrag wählen, der darauf wartet</translation>
    </message>
    <message>
        <source>Trust an entry of the schedule</source>
        <translation>Einem Eintrag des Zeitplans vertrauen</translation>
    </message>
    <message>
        <source>%1 would run on this machine with your rights (%2):

portolan %3

Type its name to have it run.</source>
        <translation>%1 würde auf diesem Rechner mit den eigenen Rechten laufen (%2):

portolan %3

Den Namen eingeben, damit es läuft.</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Trust</source>
        <translation>Vertrauen</translation>
    </message>
    <message>
        <source>Nothing was changed: that is another name.</source>
        <translation>Nichts wurde geändert: Das ist ein anderer Name.</translation>
    </message>
    <message>
        <source>%1 runs here from now on.</source>
        <translation>%1 läuft von jetzt an hier.</translation>
    </message>
</context>
<context>
    <name>portolan::ScheduleWatch</name>
    <message>
        <source>Put its commands into cron (0 2 * * * portolan backup --store %1), or bring it into a database with `portolan copy`.</source>
        <translation>Seine Befehle in cron eintragen (0 2 * * * portolan backup --store %1) oder ihn mit `portolan copy` in eine Datenbank bringen.</translation>
    </message>
</context>
<context>
    <name>portolan::SearchDialog</name>
    <message>
        <source>Search</source>
        <translation>Suche</translation>
    </message>
    <message>
        <source>Search everything</source>
        <translation>Alles durchsuchen</translation>
    </message>
    <message>
        <source>A text to look for in everything</source>
        <translation>Ein Text, der überall gesucht wird</translation>
    </message>
    <message>
        <source>Search results</source>
        <translation>Suchergebnisse</translation>
    </message>
</context>
<context>
    <name>portolan::SearchModel</name>
    <message>
        <source>Looks through messages, port messages, every version of checkpoints and components, sinks and what was rejected.</source>
        <translation>Durchsucht Nachrichten, Port-Nachrichten, jede Version von Checkpoints und Komponenten, Sinks und Abgewiesenes.</translation>
    </message>
    <message>
        <source>Searching…</source>
        <translation>Wird gesucht…</translation>
    </message>
    <message>
        <source>Nothing has this text.</source>
        <translation>Nirgends steht dieser Text.</translation>
    </message>
    <message>
        <source>The newest of each kind; a heading leads to all.</source>
        <translation>Von jeder Art das Neueste; eine Überschrift führt zu allem.</translation>
    </message>
    <message numerus="yes">
        <source>%n found.</source>
        <translation>
            <numerusform>%n gefunden.</numerusform>
            <numerusform>%n gefunden.</numerusform>
        </translation>
    </message>
    <message>
        <source>Line %1</source>
        <translation>Zeile %1</translation>
    </message>
    <message>
        <source>Message %1</source>
        <translation>Nachricht %1</translation>
    </message>
    <message>
        <source>%1, version %2</source>
        <translation>%1, Version %2</translation>
    </message>
    <message>
        <source>%1 and more</source>
        <translation>%1 und mehr</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
</context>
<context>
    <name>portolan::SeriesTile</name>
    <message>
        <source>Show %1</source>
        <translation>%1 zeigen</translation>
    </message>
    <message>
        <source>%1 samples, from %2 to %3, last %4 %5</source>
        <translation>%1 Messwerte, von %2 bis %3, zuletzt %4 %5</translation>
    </message>
</context>
<context>
    <name>portolan::SeriesTiles</name>
    <message>
        <source>Oddest series</source>
        <translation>Auffälligste Reihen</translation>
    </message>
</context>
<context>
    <name>portolan::SettingsDialog</name>
    <message>
        <source>The language changes with the next start.</source>
        <translation>Die Sprache wechselt mit dem nächsten Start.</translation>
    </message>
    <message>
        <source>Forget the password</source>
        <translation>Passwort entfernen</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>Look</source>
        <translation>Aussehen</translation>
    </message>
    <message>
        <source>Keyboard</source>
        <translation>Tastatur</translation>
    </message>
    <message>
        <source>Passwords</source>
        <translation>Passwörter</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>Farbschema</translation>
    </message>
    <message>
        <source>As the desktop</source>
        <translation>Wie der Desktop</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Hell</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Dunkel</translation>
    </message>
    <message>
        <source>Text size</source>
        <translation>Schriftgröße</translation>
    </message>
    <message>
        <source>Times</source>
        <translation>Zeiten</translation>
    </message>
    <message>
        <source>UTC</source>
        <translation>UTC</translation>
    </message>
    <message>
        <source>Local time</source>
        <translation>Ortszeit</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>Sprache</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>Wie das System</translation>
    </message>
    <message>
        <source>Colours</source>
        <translation>Farben</translation>
    </message>
    <message>
        <source>Times in</source>
        <translation>Zeiten in</translation>
    </message>
    <message>
        <source>A password is looked for in the variable PORTOLAN_PASSWORD, in the keychain of the desktop, in the file below, and where libpq looks (service file, PGPASSWORD, .pgpass). Else it is asked for. Those in the keychain are managed there, under the name “portolan”.</source>
        <translation>Ein Passwort wird in der Variablen PORTOLAN_PASSWORD gesucht, im Schlüsselbund des Desktops, in der Datei unten und dort, wo libpq sucht (Dienstdatei, PGPASSWORD, .pgpass). Sonst wird danach gefragt. Die im Schlüsselbund werden dort verwaltet, unter dem Namen „portolan“.</translation>
    </message>
    <message>
        <source>Passwords in the file</source>
        <translation>Passwörter in der Datei</translation>
    </message>
    <message>
        <source>No password is kept in %1.</source>
        <translation>In %1 ist kein Passwort aufbewahrt.</translation>
    </message>
    <message>
        <source>Kept as plain text in %1, which only you can read.</source>
        <translation>Als Klartext aufbewahrt in %1, nur für den Eigentümer lesbar.</translation>
    </message>
</context>
<context>
    <name>portolan::Sidebar</name>
    <message>
        <source>STORES</source>
        <translation>STORES</translation>
    </message>
    <message>
        <source>PANES</source>
        <translation>ANSICHTEN</translation>
    </message>
</context>
<context>
    <name>portolan::SilenceDialog</name>
    <message>
        <source>three times the usual distance of its reports</source>
        <translation>nach dem Dreifachen des üblichen Abstands ihrer Meldungen</translation>
    </message>
    <message>
        <source>after</source>
        <translation>nach</translation>
    </message>
    <message>
        <source>Silence of a component</source>
        <translation>Verstummen einer Komponente</translation>
    </message>
    <message>
        <source>As is usual for it</source>
        <translation>Wie bei ihr üblich</translation>
    </message>
    <message>
        <source>After a set time</source>
        <translation>Nach festgelegter Zeit</translation>
    </message>
    <message>
        <source>Seconds without a report</source>
        <translation>Sekunden ohne Meldung</translation>
    </message>
    <message>
        <source> s</source>
        <translation> s</translation>
    </message>
    <message>
        <source>Silent</source>
        <translation>Stumm</translation>
    </message>
    <message>
        <source>Set</source>
        <translation>Festlegen</translation>
    </message>
    <message>
        <source>When is “%1” silent?</source>
        <translation>Wann ist „%1“ stumm?</translation>
    </message>
    <message>
        <source>Say why first; it goes into the audit.</source>
        <translation>Zuerst einen Grund angeben; er wird im Audit vermerkt.</translation>
    </message>
</context>
<context>
    <name>portolan::SourceForm</name>
    <message>
        <source>redis://host:6379/0?stream=NAME   ·   …?list=NAME   ·   …?channel=NAME   ·   demo:?rate=50</source>
        <translation>redis://host:6379/0?stream=NAME   ·   …?list=NAME   ·   …?channel=NAME   ·   demo:?rate=50</translation>
    </message>
    <message>
        <source>Recent</source>
        <translation>Zuletzt</translation>
    </message>
    <message>
        <source>Kind of source</source>
        <translation>Art der Quelle</translation>
    </message>
    <message>
        <source>Redis stream</source>
        <translation>Redis-Stream</translation>
    </message>
    <message>
        <source>Redis list</source>
        <translation>Redis-Liste</translation>
    </message>
    <message>
        <source>Redis channel</source>
        <translation>Redis-Kanal</translation>
    </message>
    <message>
        <source>Redis channels by a pattern</source>
        <translation>Redis-Kanäle nach einem Muster</translation>
    </message>
    <message>
        <source>Kafka topic</source>
        <translation>Kafka-Topic</translation>
    </message>
    <message>
        <source>Built-in sample</source>
        <translation>Eingebautes Beispiel</translation>
    </message>
    <message>
        <source>Way to the server</source>
        <translation>Weg zum Server</translation>
    </message>
    <message>
        <source>by its address (also a node of a cluster)</source>
        <translation>über seine Adresse (auch ein Knoten eines Clusters)</translation>
    </message>
    <message>
        <source>by sentinels</source>
        <translation>über Sentinels</translation>
    </message>
    <message>
        <source>by a Unix socket</source>
        <translation>über einen Unix-Socket</translation>
    </message>
    <message>
        <source>Source server</source>
        <translation>Server der Quelle</translation>
    </message>
    <message>
        <source>Master&apos;s name</source>
        <translation>Name des Masters</translation>
    </message>
    <message>
        <source>Number of the database</source>
        <translation>Nummer der Datenbank</translation>
    </message>
    <message>
        <source>Name to read from</source>
        <translation>Name, von dem gelesen wird</translation>
    </message>
    <message>
        <source>Group</source>
        <translation>Gruppe</translation>
    </message>
    <message>
        <source>Consumer</source>
        <translation>Verbraucher</translation>
    </message>
    <message>
        <source>this machine&apos;s name</source>
        <translation>Name dieses Rechners</translation>
    </message>
    <message>
        <source>Side of the list</source>
        <translation>Seite der Liste</translation>
    </message>
    <message>
        <source>from the left: producers RPUSH</source>
        <translation>von links: Erzeuger nutzen RPUSH</translation>
    </message>
    <message>
        <source>from the right: producers LPUSH</source>
        <translation>von rechts: Erzeuger nutzen LPUSH</translation>
    </message>
    <message>
        <source>Source user</source>
        <translation>Benutzer der Quelle</translation>
    </message>
    <message>
        <source>if it wants one</source>
        <translation>falls eines verlangt wird</translation>
    </message>
    <message>
        <source>Password of the sentinels</source>
        <translation>Passwort der Sentinels</translation>
    </message>
    <message>
        <source>if they have one</source>
        <translation>falls sie eines haben</translation>
    </message>
    <message>
        <source>Keep in the keychain</source>
        <translation>Im Schlüsselbund aufbewahren</translation>
    </message>
    <message>
        <source>Encryption of the source</source>
        <translation>Verschlüsselung der Quelle</translation>
    </message>
    <message>
        <source>File of the authority</source>
        <translation>Datei der Zertifizierungsstelle</translation>
    </message>
    <message>
        <source>the system&apos;s authorities</source>
        <translation>die Zertifizierungsstellen des Systems</translation>
    </message>
    <message>
        <source>File of our certificate</source>
        <translation>Datei unseres Zertifikats</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keine</translation>
    </message>
    <message>
        <source>File of its key</source>
        <translation>Datei seines Schlüssels</translation>
    </message>
    <message>
        <source>in the same file</source>
        <translation>in derselben Datei</translation>
    </message>
    <message>
        <source>Pattern of a text&apos;s number</source>
        <translation>Muster für die Nummer eines Textes</translation>
    </message>
    <message>
        <source>Messages a second</source>
        <translation>Nachrichten pro Sekunde</translation>
    </message>
    <message>
        <source>Test</source>
        <translation>Testen</translation>
    </message>
    <message>
        <source>Receive</source>
        <translation>Empfangen</translation>
    </message>
    <message>
        <source>What the test found</source>
        <translation>Was der Test ergab</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>Starten</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Cancel receiving</source>
        <translation>Empfangen abbrechen</translation>
    </message>
    <message>
        <source>Source URL</source>
        <translation>URL der Quelle</translation>
    </message>
    <message>
        <source>Recent sources</source>
        <translation>Zuletzt benutzte Quellen</translation>
    </message>
    <message>
        <source>Browse…</source>
        <translation>Durchsuchen…</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>Art</translation>
    </message>
    <message>
        <source>Reached</source>
        <translation>Erreicht</translation>
    </message>
    <message>
        <source>Server</source>
        <translation>Server</translation>
    </message>
    <message>
        <source>Master</source>
        <translation>Master</translation>
    </message>
    <message>
        <source>Database</source>
        <translation>Datenbank</translation>
    </message>
    <message>
        <source>Stream</source>
        <translation>Stream</translation>
    </message>
    <message>
        <source>Taken</source>
        <translation>Entnommen</translation>
    </message>
    <message>
        <source>User</source>
        <translation>Benutzer</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>Passwort</translation>
    </message>
    <message>
        <source>Sentinels&apos; password</source>
        <translation>Passwort der Sentinels</translation>
    </message>
    <message>
        <source>Encryption</source>
        <translation>Verschlüsselung</translation>
    </message>
    <message>
        <source>Authority</source>
        <translation>Zertifizierungsstelle</translation>
    </message>
    <message>
        <source>The authority that signed the server&apos;s certificate</source>
        <translation>Die Zertifizierungsstelle, die das Zertifikat des Servers signiert hat</translation>
    </message>
    <message>
        <source>Browse for the authority</source>
        <translation>Nach der Zertifizierungsstelle suchen</translation>
    </message>
    <message>
        <source>Our certificate</source>
        <translation>Unser Zertifikat</translation>
    </message>
    <message>
        <source>The certificate that the server wants of its clients</source>
        <translation>Das Zertifikat, das der Server von seinen Clients verlangt</translation>
    </message>
    <message>
        <source>Browse for our certificate</source>
        <translation>Nach unserem Zertifikat suchen</translation>
    </message>
    <message>
        <source>Its key</source>
        <translation>Sein Schlüssel</translation>
    </message>
    <message>
        <source>The key of our certificate</source>
        <translation>Der Schlüssel unseres Zertifikats</translation>
    </message>
    <message>
        <source>Browse for its key</source>
        <translation>Nach seinem Schlüssel suchen</translation>
    </message>
    <message>
        <source>Number by</source>
        <translation>Nummer nach</translation>
    </message>
    <message>
        <source>A regular expression that finds the number of a text. Without it: after #, N°, No. or the word number</source>
        <translation>Ein regulärer Ausdruck, der die Nummer eines Textes findet. Ohne ihn: nach #, N°, No. oder dem Wort number</translation>
    </message>
    <message>
        <source>Nothing was received here yet.</source>
        <translation>Hier wurde noch nichts empfangen.</translation>
    </message>
    <message>
        <source>This desktop has no keychain: it is kept for this session only.</source>
        <translation>Dieser Desktop hat keinen Schlüsselbund: Es wird nur für diese Sitzung aufgehoben.</translation>
    </message>
    <message>
        <source>as is usual: with a user TLS, else none</source>
        <translation>wie üblich: mit Benutzer TLS, sonst keine</translation>
    </message>
    <message>
        <source>TLS, with the server&apos;s certificate verified</source>
        <translation>TLS, das Zertifikat des Servers wird geprüft</translation>
    </message>
    <message>
        <source>Brokers</source>
        <translation>Broker</translation>
    </message>
    <message>
        <source>Sentinels</source>
        <translation>Sentinels</translation>
    </message>
    <message>
        <source>Socket</source>
        <translation>Socket</translation>
    </message>
    <message>
        <source>Topic</source>
        <translation>Topic</translation>
    </message>
    <message>
        <source>List</source>
        <translation>Liste</translation>
    </message>
    <message>
        <source>Channel</source>
        <translation>Kanal</translation>
    </message>
    <message>
        <source>Pattern</source>
        <translation>Muster</translation>
    </message>
    <message>
        <source>Looking at %1…</source>
        <translation>%1 wird angesehen…</translation>
    </message>
    <message>
        <source>Path of the socket</source>
        <translation>Pfad des Sockets</translation>
    </message>
</context>
<context>
    <name>portolan::StateBar</name>
    <message>
        <source>State of the store</source>
        <translation>Zustand des Stores</translation>
    </message>
</context>
<context>
    <name>portolan::StoreController</name>
    <message>
        <source>Only databases keep object models.</source>
        <translation>Nur Datenbanken enthalten Objektmodelle.</translation>
    </message>
    <message>
        <source>This kind of store keeps no rules of retention.</source>
        <translation>Diese Art von Store hält keine Regeln der Aufbewahrung.</translation>
    </message>
</context>
<context>
    <name>portolan::StoreReplacing</name>
    <message>
        <source>The sample pipeline is not replaced: restore the backup into a place of its own.</source>
        <translation>Die Beispiel-Pipeline wird nicht ersetzt: die Sicherung an einem eigenen Ort wiederherstellen.</translation>
    </message>
    <message>
        <source>Nothing was replaced: something still writes to %1. End it first.</source>
        <translation>Nichts wurde ersetzt: noch schreibt etwas in %1. Das zuerst beenden.</translation>
    </message>
    <message>
        <source>Restoring</source>
        <translation>Wiederherstellen</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Stopping: %1 stays as it is.</source>
        <translation>Wird abgebrochen: %1 bleibt, wie er ist.</translation>
    </message>
    <message>
        <source>Restoring in the place of %1, which is closed meanwhile. %2 read.</source>
        <translation>Wird an der Stelle von %1 wiederhergestellt, der währenddessen geschlossen ist. %2 gelesen.</translation>
    </message>
</context>
<context>
    <name>portolan::TablePicker</name>
    <message>
        <source>Only some tables</source>
        <translation>Nur einige Tabellen</translation>
    </message>
    <message>
        <source>The tables are being read…</source>
        <translation>Die Tabellen werden gelesen…</translation>
    </message>
    <message>
        <source>%1 · rows: %2</source>
        <translation>%1 · Zeilen: %2</translation>
    </message>
</context>
<context>
    <name>portolan::TablesPane</name>
    <message>
        <source>No tables yet.</source>
        <translation>Noch keine Tabellen.</translation>
    </message>
    <message>
        <source>The tables and views of the database appear here.</source>
        <translation>Hier stehen die Tabellen und Sichten der Datenbank.</translation>
    </message>
    <message>
        <source>No table matches.</source>
        <translation>Keine Tabelle entspricht dem Filter.</translation>
    </message>
    <message>
        <source>Choose a table.</source>
        <translation>Eine Tabelle auswählen.</translation>
    </message>
    <message>
        <source>No table is chosen.</source>
        <translation>Keine Tabelle ist ausgewählt.</translation>
    </message>
    <message>
        <source>The table is empty.</source>
        <translation>Die Tabelle ist leer.</translation>
    </message>
    <message>
        <source>No row matches the filter.</source>
        <translation>Keine Zeile entspricht dem Filter.</translation>
    </message>
    <message>
        <source>The table cannot be read.</source>
        <translation>Die Tabelle lässt sich nicht lesen.</translation>
    </message>
    <message>
        <source>Portolan&apos;s own</source>
        <translation>Portolans eigene</translation>
    </message>
    <message>
        <source>List Portolan&apos;s own tables</source>
        <translation>Portolans eigene Tabellen nennen</translation>
    </message>
    <message>
        <source>The tables in which Portolan keeps its audit, its jobs and its settings</source>
        <translation>Die Tabellen, in denen Portolan sein Audit, seine Jobs und seine Einstellungen hält</translation>
    </message>
</context>
<context>
    <name>portolan::TimesDialog</name>
    <message>
        <source>From</source>
        <translation>Von</translation>
    </message>
    <message>
        <source>To</source>
        <translation>Bis</translation>
    </message>
    <message>
        <source>Show these times</source>
        <translation>Diese Zeiten zeigen</translation>
    </message>
    <message>
        <source>Show the time between</source>
        <translation>Die Zeit zwischen</translation>
    </message>
    <message>
        <source>Local time, as the window shows it.</source>
        <translation>Ortszeit, wie das Fenster sie zeigt.</translation>
    </message>
    <message>
        <source>UTC, as the window shows it.</source>
        <translation>UTC, wie das Fenster sie zeigt.</translation>
    </message>
    <message>
        <source>The second time is not after the first.</source>
        <translation>Die zweite Zeit liegt nicht nach der ersten.</translation>
    </message>
    <message>
        <source>Times</source>
        <translation>Zeiten</translation>
    </message>
</context>
<context>
    <name>portolan::TopBar</name>
    <message>
        <source>starting</source>
        <translation>startet</translation>
    </message>
    <message>
        <source>receiving</source>
        <translation>empfängt</translation>
    </message>
    <message>
        <source>retrying</source>
        <translation>neuer Versuch</translation>
    </message>
    <message>
        <source>paused</source>
        <translation>angehalten</translation>
    </message>
    <message>
        <source>stopping</source>
        <translation>wird beendet</translation>
    </message>
    <message>
        <source>stopped</source>
        <translation>beendet</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>fehlgeschlagen</translation>
    </message>
    <message>
        <source>%1/s</source>
        <translation>%1/s</translation>
    </message>
    <message>
        <source>%1 stored</source>
        <translation>%1 gespeichert</translation>
    </message>
    <message>
        <source>%1 behind</source>
        <translation>%1 im Rückstand</translation>
    </message>
    <message>
        <source>%1 held back</source>
        <translation>%1 zurückgehalten</translation>
    </message>
    <message>
        <source>%1 rejected</source>
        <translation>%1 abgewiesen</translation>
    </message>
    <message>
        <source>gaps: %1</source>
        <translation>Lücken: %1</translation>
    </message>
    <message>
        <source>reconnects: %1</source>
        <translation>neu verbunden: %1</translation>
    </message>
    <message>
        <source>Pause the live view</source>
        <translation>Live-Ansicht anhalten</translation>
    </message>
    <message>
        <source>Show each kind received</source>
        <translation>Jede empfangene Art zeigen</translation>
    </message>
    <message>
        <source>Start receiving</source>
        <translation>Empfang starten</translation>
    </message>
    <message>
        <source>Stop receiving</source>
        <translation>Empfang beenden</translation>
    </message>
    <message>
        <source>Pause receiving</source>
        <translation>Empfang anhalten</translation>
    </message>
    <message>
        <source>Choose the source…</source>
        <translation>Quelle wählen…</translation>
    </message>
    <message>
        <source>Time zone</source>
        <translation>Zeitzone</translation>
    </message>
    <message>
        <source>Search everything (Ctrl+Shift+F)</source>
        <translation>Alles durchsuchen (Strg+Umschalt+F)</translation>
    </message>
    <message>
        <source>Search everything…</source>
        <translation>Alles durchsuchen…</translation>
    </message>
    <message>
        <source>Export rows to a file (Ctrl+E)</source>
        <translation>Zeilen in eine Datei exportieren (Strg+E)</translation>
    </message>
    <message>
        <source>Report of this store</source>
        <translation>Bericht über diesen Store</translation>
    </message>
    <message>
        <source>Command palette (Ctrl+K)</source>
        <translation>Befehlspalette (Strg+K)</translation>
    </message>
    <message>
        <source>Command palette</source>
        <translation>Befehlspalette</translation>
    </message>
    <message>
        <source>read-only</source>
        <translation>nur lesen</translation>
    </message>
    <message>
        <source>● live</source>
        <translation>● live</translation>
    </message>
    <message>
        <source>‖ paused</source>
        <translation>‖ angehalten</translation>
    </message>
    <message>
        <source>Resume the live view</source>
        <translation>Live-Ansicht fortsetzen</translation>
    </message>
    <message>
        <source> (Space)</source>
        <translation> (Leertaste)</translation>
    </message>
    <message>
        <source>UTC</source>
        <translation>UTC</translation>
    </message>
    <message>
        <source>Local</source>
        <translation>Ortszeit</translation>
    </message>
    <message>
        <source>Times are UTC: show local time</source>
        <translation>Zeiten sind UTC: Ortszeit zeigen</translation>
    </message>
    <message>
        <source>Times are local: show UTC</source>
        <translation>Zeiten sind Ortszeit: UTC zeigen</translation>
    </message>
    <message>
        <source>Resume receiving</source>
        <translation>Empfang fortsetzen</translation>
    </message>
    <message>
        <source>Receiving from %1: %2, %3</source>
        <translation>Empfang aus %1: %2, %3</translation>
    </message>
    <message>
        <source>Saved views</source>
        <translation>Gespeicherte Sichten</translation>
    </message>
    <message>
        <source>Views</source>
        <translation>Sichten</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>Suche</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>Export</translation>
    </message>
    <message>
        <source>Report</source>
        <translation>Bericht</translation>
    </message>
    <message>
        <source>Commands</source>
        <translation>Befehle</translation>
    </message>
    <message>
        <source>Show all times</source>
        <translation>Alle Zeiten zeigen</translation>
    </message>
    <message>
        <source>production</source>
        <translation>Produktion</translation>
    </message>
    <message>
        <source>Production: what changes it asks for the name “%1”</source>
        <translation>Produktion: Was sie ändert, fragt nach dem Namen „%1“</translation>
    </message>
    <message>
        <source>opening</source>
        <translation>wird geöffnet</translation>
    </message>
    <message>
        <source>stale since %1</source>
        <translation>veraltet seit %1</translation>
    </message>
    <message>
        <source>not connected</source>
        <translation>nicht verbunden</translation>
    </message>
    <message>
        <source>Only %1: show all times</source>
        <translation>Nur %1: alle Zeiten zeigen</translation>
    </message>
    <message>
        <source>standby, %1 after its primary</source>
        <translation>Standby, %1 nach seinem Primärserver</translation>
    </message>
    <message>
        <source>A standby is read only; it shows what its primary has sent.</source>
        <translation>Ein Standby wird nur gelesen; er zeigt, was sein Primärserver sandte.</translation>
    </message>
</context>
<context>
    <name>portolan::TopologyPanel</name>
    <message>
        <source>No message has gone through a port yet. Components and the ports between them appear here as soon as one has.</source>
        <translation>Noch ist keine Nachricht durch einen Port gegangen. Sobald es eine ist, stehen hier die Komponenten und die Ports zwischen ihnen.</translation>
    </message>
</context>
<context>
    <name>portolan::TopologyView</name>
    <message>
        <source>port</source>
        <translation>Port</translation>
    </message>
    <message>
        <source>dead letters: %1</source>
        <translation>Dead Letters: %1</translation>
    </message>
    <message>
        <source>dead letters: at least %1</source>
        <translation>Dead Letters: mindestens %1</translation>
    </message>
    <message>
        <source>component</source>
        <translation>Komponente</translation>
    </message>
    <message>
        <source>%1 more are not drawn</source>
        <translation>%1 weitere sind nicht gezeichnet</translation>
    </message>
</context>
<context>
    <name>portolan::UndoAsk</name>
    <message>
        <source>There is nothing of yours to undo.</source>
        <translation>Von Ihnen ist nichts rückgängig zu machen.</translation>
    </message>
    <message>
        <source>undo what was done in it</source>
        <translation>rückgängig zu machen, was darin getan wurde</translation>
    </message>
    <message>
        <source>Nothing was undone: somebody touched its rows in the meantime.</source>
        <translation>Nichts wurde rückgängig gemacht: Jemand hat die Zeilen inzwischen angefasst.</translation>
    </message>
    <message>
        <source>Undone: %1 rows; %2 were touched in the meantime and stay.</source>
        <translation>Rückgängig gemacht: %1 Zeilen; %2 wurden inzwischen angefasst und bleiben.</translation>
    </message>
    <message>
        <source>Undone: %1 rows.</source>
        <translation>Rückgängig gemacht: %1 Zeilen.</translation>
    </message>
</context>
<context>
    <name>portolan::UndoDialog</name>
    <message>
        <source>It was undone already; there is nothing left of it to undo.</source>
        <translation>Das wurde schon rückgängig gemacht; davon ist nichts mehr übrig.</translation>
    </message>
    <message>
        <source>Rows that go back to what they were: %1.</source>
        <translation>Zeilen, die wieder werden, was sie waren: %1.</translation>
    </message>
    <message>
        <source>Nothing can be undone: somebody touched some of its rows since, and what they are now would be lost.</source>
        <translation>Nichts kann rückgängig gemacht werden: Jemand hat einige der Zeilen seither angefasst, und was sie jetzt sind, ginge verloren.</translation>
    </message>
    <message>
        <source>Rows touched since: %1.</source>
        <translation>Seither angefasste Zeilen: %1.</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>Undo it</source>
        <translation>Rückgängig machen</translation>
    </message>
    <message>
        <source>Undo “%1” of %2? (entry %3 of the audit)</source>
        <translation>„%1“ von %2 rückgängig machen? (Eintrag %3 des Audits)</translation>
    </message>
    <message>
        <source>Say why first; it goes into the audit.</source>
        <translation>Zuerst einen Grund angeben; er wird im Audit vermerkt.</translation>
    </message>
</context>
<context>
    <name>portolan::VersionsPane</name>
    <message>
        <source>No checkpoints yet.</source>
        <translation>Noch keine Checkpoints.</translation>
    </message>
    <message>
        <source>Checkpoints appear here: the state from which components resume their work.</source>
        <translation>Hier steht, was Komponenten von ihrer Arbeit sichern, um darauf aufzusetzen.</translation>
    </message>
    <message>
        <source>No checkpoint matches.</source>
        <translation>Kein Checkpoint entspricht dem Filter.</translation>
    </message>
    <message>
        <source>No components yet.</source>
        <translation>Noch keine Komponenten.</translation>
    </message>
    <message>
        <source>A component is there as soon as it has stored its state.</source>
        <translation>Eine Komponente ist da, sobald sie ihren Zustand gespeichert hat.</translation>
    </message>
    <message>
        <source>No component matches.</source>
        <translation>Keine Komponente entspricht dem Filter.</translation>
    </message>
    <message>
        <source>No versions yet.</source>
        <translation>Noch keine Versionen.</translation>
    </message>
    <message>
        <source>Every version appears here, with its changes since the one before it.</source>
        <translation>Hier steht jede Version und was sich gegenüber der vorigen geändert hat.</translation>
    </message>
    <message>
        <source>No version matches the filter.</source>
        <translation>Keine Version entspricht dem Filter.</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>Vergleichen</translation>
    </message>
    <message>
        <source>Compare up to four chosen versions, or the chosen one with the one that counts (that one with the one before it)</source>
        <translation>Bis zu vier gewählte Versionen vergleichen oder die gewählte mit der geltenden (diese mit der davor)</translation>
    </message>
    <message>
        <source>Show the versions of all checkpoints</source>
        <translation>Versionen aller Checkpoints zeigen</translation>
    </message>
    <message>
        <source>Show the states of all components</source>
        <translation>Zustände aller Komponenten zeigen</translation>
    </message>
    <message>
        <source>Versions of “%1” compared</source>
        <translation>Versionen von „%1“ im Vergleich</translation>
    </message>
    <message>
        <source>The versions are being compared…</source>
        <translation>Die Versionen werden verglichen…</translation>
    </message>
    <message>
        <source>Choose a version, or two to see what is between them.</source>
        <translation>Eine Version wählen, oder zwei, um zu sehen, was zwischen ihnen liegt.</translation>
    </message>
    <message>
        <source>About the component</source>
        <translation>Über die Komponente</translation>
    </message>
    <message>
        <source>Versions</source>
        <translation>Versionen</translation>
    </message>
</context>
<context>
    <name>portolan::WelcomePage</name>
    <message>
        <source>Welcome to Portolan</source>
        <translation>Willkommen bei Portolan</translation>
    </message>
    <message>
        <source>A console for message pipelines: what arrived, what failed, and what to do about it. Open a store, drop one on this window, or look at a sample first.</source>
        <translation>Eine Konsole für Nachrichten-Pipelines: was ankam, was scheiterte und was dagegen zu tun ist. Einen Store öffnen, einen auf dieses Fenster ziehen oder zuerst ein Beispiel ansehen.</translation>
    </message>
    <message>
        <source>Sample pipeline</source>
        <translation>Beispiel-Pipeline</translation>
    </message>
    <message>
        <source>Messages arrive at once; nothing needs to be installed, nothing is kept.</source>
        <translation>Nachrichten kommen sofort; nichts muss installiert werden, nichts bleibt zurück.</translation>
    </message>
    <message>
        <source>Open a folder of batch files…</source>
        <translation>Ordner mit Batch-Dateien öffnen…</translation>
    </message>
    <message>
        <source>Open a database…</source>
        <translation>Datenbank öffnen…</translation>
    </message>
    <message>
        <source>Connect to a server…</source>
        <translation>Mit einem Server verbinden…</translation>
    </message>
    <message>
        <source>Open a store by its URL…</source>
        <translation>Store über seine URL öffnen…</translation>
    </message>
    <message>
        <source>A SQLite file, or an incident bundle to read</source>
        <translation>Eine SQLite-Datei oder ein Vorfallsbündel zum Lesen</translation>
    </message>
    <message>
        <source>A PostgreSQL or TimescaleDB database</source>
        <translation>Eine PostgreSQL- oder TimescaleDB-Datenbank</translation>
    </message>
    <message>
        <source>Recent stores</source>
        <translation>Zuletzt geöffnete Stores</translation>
    </message>
    <message>
        <source>Open %1</source>
        <translation>%1 öffnen</translation>
    </message>
</context>
</TS>
