/** Runtime expressions that speak of a message, as the runtime reads them: `$message.payload#/user/id`. */
export function isMessageExpression(text: string): boolean {
  return /^\$message\.(payload|header)#(\/.*)?$/s.test(text);
}
