package org.sallyport.gateway.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;

/** Configuration of the gateway's client side. */
@ObjectClassDefinition(name = "MCP gateway", description = "How MCP clients reach the gateway")
public @interface GatewayConfig {
    /** The PID. */
    String PID = "org.sallyport.gateway";

    @AttributeDefinition(
            description = "Port for clients by HTTP; 0 takes a free one, -1 switches HTTP off",
            min = "-1",
            max = "65535")
    int port() default 8470;

    @AttributeDefinition(description = "Address to listen on; one that is not loopback needs auth = required, and TLS")
    String host() default "127.0.0.1";

    @AttributeDefinition(
            description = "none: whoever reaches the port is served; required: each request needs a bearer token",
            options = {@Option("none"), @Option("required")})
    String auth() default "none";

    @AttributeDefinition(
            description =
                    "Where clients find the gateway, if not where it listens, such as https://mcp.example.org/mcp;"
                            + " access tokens have to be meant for it")
    String public_url() default "";

    @AttributeDefinition(
            description = "Names and addresses that requests may be for, besides those of this machine and public.url")
    String[] hosts() default {};

    @AttributeDefinition(
            description = "Origins of web pages that may ask, besides this machine's and that of public.url")
    String[] origins() default {};

    @AttributeDefinition(
            description = "PEM file with the certificate and those between it and a known authority; empty for no TLS")
    String tls_certificate() default "";

    @AttributeDefinition(description = "PEM file with its private key as PKCS #8, not encrypted")
    String tls_key() default "";

    @AttributeDefinition(description = "Whether plugins can be called as MCP interceptors (SEP-2624), at /interceptors")
    boolean interceptors() default false;

    @AttributeDefinition(
            description =
                    "Names of tools, prompts and resources: with their server's name always (prefixed), with several servers (auto), or never (plain, needs a single server)",
            options = {@Option("auto"), @Option("prefixed"), @Option("plain")})
    String names() default "auto";

    @AttributeDefinition(description = "Largest message of a client, in bytes", min = "1024", max = "1073741824")
    long max_body_bytes() default 64L << 20;

    @AttributeDefinition(
            description =
                    "Most bytes of all messages that are on their way, both directions; 0 for an eighth of the heap",
            min = "0",
            max = "17179869184")
    long max_bodies_bytes() default 0;

    @AttributeDefinition(description = "Most connections of clients", min = "1", max = "100000")
    int max_connections() default 10_000;

    @AttributeDefinition(description = "Most open event streams that belong to no request", min = "1", max = "100000")
    int max_streams() default 10_000;

    @AttributeDefinition(
            description = "Most sessions by HTTP; the one that was quiet longest makes room",
            min = "1",
            max = "100000")
    int max_sessions() default 2_000;

    @AttributeDefinition(
            description = "Most requests of one session that are under way, in each direction",
            min = "1",
            max = "100000")
    int max_calls() default 1_000;

    @AttributeDefinition(
            description = "Most messages that wait for the one before them, for each server of a session and direction",
            min = "16",
            max = "100000")
    int max_waiting() default 4_096;

    @AttributeDefinition(
            description = "Seconds after which a session ends in which nothing happens",
            min = "1",
            max = "604800")
    int session_idle_seconds() default 1_800;

    @AttributeDefinition(description = "Seconds that one request may take", min = "1", max = "604800")
    int call_seconds() default 3_600;

    @AttributeDefinition(
            description = "Seconds that servers are waited for when a client initializes a session",
            min = "1",
            max = "3600")
    int initialize_seconds() default 30;

    @AttributeDefinition(
            description = "Milliseconds that a server is waited for when several are asked for one answer",
            min = "10",
            max = "600000")
    int fanout_millis() default 10_000;

    @AttributeDefinition(
            description = "Seconds from the first byte of an HTTP request to its last",
            min = "1",
            max = "3600")
    int request_seconds() default 30;

    @AttributeDefinition(
            description = "Seconds that a connection stays open without a request",
            min = "1",
            max = "86400")
    int keepalive_seconds() default 120;

    @AttributeDefinition(
            description = "Milliseconds that clients are told to wait before they resume a stream",
            min = "10",
            max = "600000")
    int sse_retry_millis() default 1_000;

    @AttributeDefinition(description = "Seconds between signs of life on a quiet event stream", min = "1", max = "3600")
    int sse_heartbeat_seconds() default 15;

    @AttributeDefinition(
            description =
                    "Milliseconds after which a late answer is waited for on an event stream, which can be resumed",
            min = "10",
            max = "3600000")
    int sse_after_millis() default 5_000;

    @AttributeDefinition(description = "Seconds that a finished event stream can be resumed", min = "1", max = "86400")
    int resume_seconds() default 60;

    @AttributeDefinition(description = "Most events that a stream keeps for resumption", min = "1", max = "100000")
    int resume_events() default 256;

    @AttributeDefinition(
            description = "Most bytes that a stream keeps for resumption, besides the newest event",
            min = "1024",
            max = "1073741824")
    long resume_bytes() default 1L << 20;

    @AttributeDefinition(
            description = "Most events that wait for a client which reads slowly; beyond them its stream is cut",
            min = "1",
            max = "1000000")
    int unsent_events() default 4_096;

    @AttributeDefinition(description = "Most bytes of them, besides the newest event", min = "1024", max = "1073741824")
    long unsent_bytes() default 16L << 20;
}
