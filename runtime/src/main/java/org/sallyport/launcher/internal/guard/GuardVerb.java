package org.sallyport.launcher.internal.guard;

import java.util.List;
import org.sallyport.spi.admin.AdminVerb;
import org.sallyport.spi.admin.Arguments;
import org.sallyport.spi.sandbox.Guard;

/** {@code sallyport:guard}: whether plugins are held at run time, or why not. */
public final class GuardVerb implements AdminVerb {
    private final Guard guard;

    public GuardVerb(Guard guard) {
        this.guard = guard;
    }

    @Override
    public String scope() {
        return "sallyport";
    }

    @Override
    public String name() {
        return "guard";
    }

    @Override
    public String summary() {
        return "whether the run-time guard is armed, or why not, its layers, its rules, and what its self-test tried";
    }

    @Override
    public List<Parameter> parameters() {
        return List.of();
    }

    @Override
    public Role role() {
        return Role.VIEWER;
    }

    @Override
    public Object run(Arguments arguments) {
        return guard.status();
    }
}
