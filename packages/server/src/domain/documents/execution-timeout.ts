/** 1 to 172800, as in AWS's public documents. Agents match it too, so it must suit Go's regular expressions. */
export const executionTimeoutPattern =
  '([1-9][0-9]{0,4})|(1[0-6][0-9]{4})|(17[0-1][0-9]{3})|(172[0-7][0-9]{2})|(172800)'
