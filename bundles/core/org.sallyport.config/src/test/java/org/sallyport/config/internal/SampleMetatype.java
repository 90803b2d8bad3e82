package org.sallyport.config.internal;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.sallyport.spi.config.MetatypeSchemas;

/** A definition like the gateway's. */
final class SampleMetatype {
    private SampleMetatype() {}

    static String xml(String pid) {
        return """
                <metatype:MetaData xmlns:metatype="http://www.osgi.org/xmlns/metatype/v1.4.0">
                  <OCD id="one" name="Gateway">
                    <AD id="port" type="Integer" default="8470" min="0" max="65535"/>
                    <AD id="host" type="String" default="127.0.0.1"/>
                    <AD id="names" type="String" default="auto">
                      <Option label="auto" value="auto"/><Option label="prefixed" value="prefixed"/>
                      <Option label="plain" value="plain"/>
                    </AD>
                    <AD id="tags" type="String" cardinality="2147483647" required="false"/>
                    <AD id="deadline.millis" type="Long" default="2000"/>
                    <AD id="ratio" type="Double" default="0.5"/>
                    <AD id="on" type="Boolean" default="true"/>
                  </OCD>
                  <OCD id="many" name="Upstream">
                    <AD id="command" type="String" cardinality="2147483647" required="false"/>
                    <AD id="env" type="String" cardinality="2147483647" required="false"/>
                    <AD id="headers" type="String" cardinality="2147483647" required="false"/>
                    <AD id="cwd" type="String" required="false"/>
                    <AD id="url" type="String" required="false"/>
                    <AD id="plugin" type="String" required="false"/>
                  </OCD>
                  <Designate pid="PID"><Object ocdref="one"/></Designate>
                  <Designate factoryPid="PID.upstream"><Object ocdref="many"/></Designate>
                </metatype:MetaData>
                """.replace("PID", pid);
    }

    static PlatformPids pids() {
        try {
            Map<String, PlatformPids.Pid> pids = new HashMap<>();
            byte[] xml = xml("org.sallyport.gateway").getBytes(StandardCharsets.UTF_8);
            MetatypeSchemas.definitions(new ByteArrayInputStream(xml), false)
                    .forEach(one -> pids.put(one.pid(), new PlatformPids.Pid(one.factory(), one.schema())));
            return new PlatformPids(pids);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
