/** What a device is asked about when it connects: what it has done and was not seen to have done, among all it ever did. */
export const migration018 = `
CREATE INDEX job_execution_unverified ON job_execution (device)
  WHERE state = 'succeeded' AND kind IN ('device.restart', 'firmware.transfer');
`;
