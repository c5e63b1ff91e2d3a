/** The channel on which the plugin of a dev server tells that it serves other code from now on. */
export const editChannel = 'offstage:edit';
