package org.sallyport.gateway.internal.cases;

import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.sallyport.api.plugin.PluginException;
import org.sallyport.spi.admin.AdminVerb;
import org.sallyport.spi.admin.Arguments;
import org.sallyport.spi.policy.PolicyEngine;

/** {@code policy:test FILE}: runs recorded cases against the plugins that are in service. */
@Component
public final class PolicyTestVerb implements AdminVerb {
    /** The code of the exception that stands for "some failed"; its message is the report. */
    static final String FAILED = "cases_failed";

    private final PolicyEngine engine;

    @Activate
    public PolicyTestVerb(@Reference PolicyEngine engine) {
        this.engine = engine;
    }

    @Override
    public String scope() {
        return "policy";
    }

    @Override
    public String name() {
        return "test";
    }

    @Override
    public String summary() {
        return "run recorded cases and show those that fail";
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(Parameter.argument("file", Parameter.Kind.FILE, "cases, one JSON object a line"));
    }

    @Override
    public Role role() {
        // It runs plugins and writes temporary files, but changes nothing that is in service.
        return Role.OPERATOR;
    }

    @Override
    public Object run(Arguments arguments) {
        List<Case> cases =
                CaseFile.read(arguments.file("file").toString(), arguments.bytes("file", CaseFile.MAX_BYTES));
        CaseReport report = new CaseSuite(new CaseRunner(engine, new ChainSimulation())).run(cases);
        if (report.failed() > 0) {
            throw new PluginException(FAILED, report.toString());
        }
        return report.toString();
    }
}
