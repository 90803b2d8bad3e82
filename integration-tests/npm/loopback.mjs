// Loaded before a server that would listen on all interfaces (`node --import ./loopback.mjs SERVER`): loopback only.
import net from 'node:net';

const listen = net.Server.prototype.listen;
net.Server.prototype.listen = function (port, ...rest) {
  return Number.isFinite(Number(port)) && typeof rest[0] !== 'string' ? listen.call(this, port, '127.0.0.1', ...rest) : listen.call(this, port, ...rest);
};
