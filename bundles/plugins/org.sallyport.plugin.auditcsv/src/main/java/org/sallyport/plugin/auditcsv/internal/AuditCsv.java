package org.sallyport.plugin.auditcsv.internal;

import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.sallyport.api.config.Settings;
import org.sallyport.api.document.Document;
import org.sallyport.api.plugin.PluginContext;
import org.sallyport.api.plugin.RequiresPermission;
import org.sallyport.api.plugin.SallyportPlugin;
import org.sallyport.api.plugin.StatusText;
import org.sallyport.plugin.auditfile.AuditFiles;
import org.sallyport.plugin.auditfile.AuditLog;
import org.sallyport.plugin.auditfile.Printable;
import org.sallyport.type.auditing.AuditingPlugin;
import org.sallyport.type.auditing.Auditor;

/** Writes what was decided of each message to a file, one row of comma-separated values a message. */
@SallyportPlugin(
        id = "audit-csv",
        name = "Audit: CSV",
        description = "Writes one row of comma-separated values for each message, safe to open in a spreadsheet",
        author = "Sallyport",
        keywords = {"audit", "log", "csv"},
        aliases = "audit_csv")
@RequiresPermission(
        type = "file",
        actions = {"read", "write"},
        scope = "${data}",
        reason = "Appends to the audit file, rotates it, and ends a line that a crash left incomplete")
@Component(service = {AuditingPlugin.class, StatusText.class})
public final class AuditCsv implements AuditingPlugin, StatusText {
    private final AuditFiles files = new AuditFiles();
    private final PluginContext context;

    @Activate
    public AuditCsv(@Reference PluginContext context) {
        this.context = context;
    }

    @Override
    public Auditor configure(Settings settings) {
        CsvRow row = new CsvRow(CsvFormat.of(settings.document().get("csv_config")));
        AuditLog log = files.log(
                AuditFiles.resolve(context.dataFolder(), "/output_file", output(settings.document())), row.header());
        return new CsvAuditor(row, log);
    }

    @Override
    public String statusText(Settings settings) {
        return Printable.cut("CSV to " + Printable.oneLine(output(settings.document())), 80);
    }

    private static String output(Document settings) {
        return settings.get("output_file").text("");
    }
}
