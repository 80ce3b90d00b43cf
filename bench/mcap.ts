import { McapWriter } from '@mcap/core';

/** A file in memory that forgets what it is given. */
class Discard {
  #position = 0n;

  async write(bytes: Uint8Array): Promise<void> {
    this.#position += BigInt(bytes.byteLength);
  }

  position(): bigint {
    return this.#position;
  }
}

/** Takes one encoded message. The library asks that each call is awaited before the next. */
export type AddMessage = (data: Uint8Array) => Promise<void>;

/** An MCAP file of one channel with the library's defaults: chunks of 1 MB with an index, no compression. */
export async function openMcap(topic: string, messageEncoding: string): Promise<AddMessage> {
  const writer = new McapWriter({ writable: new Discard() });
  await writer.start();
  const schema = { name: topic, encoding: '', data: new Uint8Array(0) };
  const schemaId = await writer.registerSchema(schema);
  const channelId = await writer.registerChannel({ schemaId, topic, messageEncoding, metadata: new Map() });
  let sequence = 0;
  return (data) => {
    const logTime = BigInt(++sequence) * 1_000_000n;
    return writer.addMessage({ channelId, sequence, logTime, publishTime: logTime, data });
  };
}
