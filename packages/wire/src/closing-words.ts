/** The reason of a close with 1001 (going away) on a control channel, when the server is stopped as it should be. */
export const serverStops = 'the server stops'
