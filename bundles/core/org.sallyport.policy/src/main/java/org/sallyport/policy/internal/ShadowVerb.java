package org.sallyport.policy.internal;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.sallyport.api.plugin.PluginException;
import org.sallyport.spi.admin.AdminVerb;
import org.sallyport.spi.admin.Arguments;

/** {@code policy:shadow}: what members would have done that only see messages. */
@Component(service = AdminVerb.class)
public final class ShadowVerb implements AdminVerb {
    private final Engine engine;

    @Activate
    public ShadowVerb(@Reference PolicyComponent component) {
        this(component.engine());
    }

    ShadowVerb(Engine engine) {
        this.engine = engine;
    }

    @Override
    public String scope() {
        return "policy";
    }

    @Override
    public String name() {
        return "shadow";
    }

    @Override
    public String summary() {
        return "Shows what the instances would have done that only see messages, or the last decisions of one of them";
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(new Parameter(
                "instance",
                Parameter.Kind.TEXT,
                false,
                false,
                "an instance with [shadow] set; shows its last decisions that would have changed something, at most "
                        + Shadows.MAX_KEPT));
    }

    @Override
    public Role role() {
        return Role.VIEWER;
    }

    /**
     * What one instance would have done since it was configured.
     *
     * @param instance the instance
     * @param server the server that it is configured for; empty for all
     * @param seen messages that it saw
     * @param wouldBlock of them, those that it would have blocked
     * @param wouldChange those that it would have changed
     * @param wouldAnswer those that it would have answered
     * @param failed those on which it failed
     * @param missed messages that it did not see because too many waited to be seen
     */
    record Summary(
            String instance,
            String server,
            long seen,
            long wouldBlock,
            long wouldChange,
            long wouldAnswer,
            long failed,
            long missed) {}

    @Override
    public Object run(Arguments arguments) {
        List<Seat> seats = seats();
        if (arguments.text("instance").isEmpty()) {
            return seats.stream().map(ShadowVerb::summary).toList();
        }
        String instance = arguments.required("instance");
        if (seats.stream().noneMatch(seat -> seat.instance().equals(instance))) {
            throw new PluginException(
                    "not_found",
                    "No instance [" + instance + "] only sees messages; set [\"shadow\": true] in its entry");
        }
        return engine.shadows().differences(instance);
    }

    private List<Seat> seats() {
        List<String> servers = new ArrayList<>(engine.servers());
        servers.add("");
        servers.sort(null);
        Set<Seat> seats = new LinkedHashSet<>();
        servers.forEach(
                server -> engine.shadowsOf(server).forEach(stage -> seats.add(Objects.requireNonNull(stage.seat()))));
        return List.copyOf(seats);
    }

    private static Summary summary(Seat seat) {
        ShadowCounts counts = seat.shadow;
        return new Summary(
                seat.instance(),
                seat.scope().server(),
                counts.seen.sum(),
                counts.wouldBlock.sum(),
                counts.wouldChange.sum(),
                counts.wouldAnswer.sum(),
                counts.failed.sum(),
                counts.missed.sum());
    }
}
