package org.sallyport.permission.internal;

import java.util.List;
import java.util.TreeSet;
import org.sallyport.api.plugin.TrustLevel;
import org.sallyport.spi.permission.Permission;
import org.sallyport.spi.permission.PermissionRequests.Asked;
import org.sallyport.spi.permission.PermissionType;

/**
 * How a version stands: what it asks for beside what was decided and what is configured. Immutable.
 *
 * @param asked what it asks for
 * @param level its level of trust
 * @param agreed what the configuration of its publisher or level agrees to without asking
 * @param decision what an operator decided, which goes before
 */
record Standing(List<Asked> asked, TrustLevel level, List<Permission> agreed, Decision decision) {
    /** How one permission stands. */
    enum State {
        GRANTED,
        /** A narrower one was. */
        PARTLY,
        REFUSED,
        /** Nobody decided yet. */
        OPEN,
        /** Its level may not have it, whatever somebody decided. */
        BARRED
    }

    State of(Asked one) {
        Permission permission = one.permission();
        if (!isForLevel(permission)) {
            return State.BARRED;
        } else if (!decision.decides(permission)) {
            return isAgreed(one) ? State.GRANTED : State.OPEN;
        }
        List<Permission> granted = decision.grantedOf(permission);
        return granted.isEmpty() ? State.REFUSED : granted.equals(List.of(permission)) ? State.GRANTED : State.PARTLY;
    }

    private boolean isForLevel(Permission one) {
        return PermissionType.action(one.type(), one.action()).isFor(level, one.scope());
    }

    private boolean isAgreed(Asked one) {
        return !one.always() && agreed.stream().anyMatch(known -> known.covers(one.permission()));
    }

    /** What it may do, sorted. */
    List<Permission> granted() {
        TreeSet<Permission> granted = new TreeSet<>();
        for (Asked one : asked) {
            switch (of(one)) {
                case GRANTED -> granted.add(one.permission());
                case PARTLY -> granted.addAll(decision.grantedOf(one.permission()));
                case REFUSED, OPEN, BARRED -> {}
            }
        }
        return List.copyOf(granted);
    }

    /** What it asks for and nobody decided of. */
    List<Asked> open() {
        return in(State.OPEN);
    }

    /** What it asks for and may not have. */
    List<Asked> barred() {
        return in(State.BARRED);
    }

    private List<Asked> in(State state) {
        return asked.stream().filter(one -> of(one) == state).toList();
    }

    /** What it asks for. */
    List<Permission> permissions() {
        return asked.stream().map(Asked::permission).toList();
    }
}
