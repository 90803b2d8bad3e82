package org.sallyport.gateway.internal.upstream;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/**
 * An MCP server behind the gateway, factory PID {@value UpstreamSettings#PID}; the instance's name is the server's name.
 * Exactly one of {@code command}, {@code url} and {@code plugin} is set.
 */
@ObjectClassDefinition(
        name = "MCP upstream server",
        description = "A server behind the gateway; exactly one of command, url and plugin is set")
public @interface UpstreamConfig {
    @AttributeDefinition(
            description = "Program and arguments of a server that speaks on its standard streams; no shell")
    String[] command() default {};

    @AttributeDefinition(
            description = "Environment of the program as NAME=VALUE, beside PATH, HOME and the like; at most 256")
    String[] env() default {};

    @AttributeDefinition(description = "Folder in which the program runs; empty for the one Sallyport runs in")
    String cwd() default "";

    @AttributeDefinition(description = "http or https URL of a server that speaks Streamable HTTP")
    String url() default "";

    @AttributeDefinition(description = "Headers of every HTTP request as 'Name: value'; at most 64")
    String[] headers() default {};

    @AttributeDefinition(description = "Id of a plugin whose actions are offered as tools")
    String plugin() default "";

    @AttributeDefinition(
            description = "session: every client session has a link of its own; shared: all use one, and the server"
                    + " cannot ask clients anything")
    String link() default "session";

    @AttributeDefinition(
            description =
                    "legacy: the server speaks revisions up to 2025-11-25; modern: 2026-07-28 alone; auto: found out")
    String era() default "auto";

    @AttributeDefinition(description = "First pause before a server that ended is started again, 10 to 60000 ms")
    long restart_first_millis() default 200;

    @AttributeDefinition(description = "Longest such pause, up to 600000 ms; the pause doubles each time")
    long restart_last_millis() default 30_000;

    @AttributeDefinition(
            description =
                    "Most processes that are kept ready for sessions of a server of the legacy era that clients of"
                            + " the modern one will need, 0 to 16; 0 for none. There are none before such a client comes")
    long spare_processes() default 2;

    @AttributeDefinition(description = "Longest time that such a process waits, 1000 to 3600000 ms")
    long spare_idle_millis() default 60_000;

    @AttributeDefinition(description = "Longest message the server may send, 1024 bytes to 1 GiB")
    long max_line_bytes() default 64L << 20;

    @AttributeDefinition(description = "Longest time to reach the server, 100 to 600000 ms")
    long connect_timeout_millis() default 10_000;

    @AttributeDefinition(
            description = "Longest silence of the server while it owes an answer, 100 to 86400000 ms; 0 for no limit")
    long request_timeout_millis() default 600_000;

    @AttributeDefinition(description = "Most HTTP connections at a time, 1 to 65536")
    long max_connections() default 1024;
}
