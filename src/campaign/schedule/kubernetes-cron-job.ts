import { dailyArguments, type DailyJob, installedProgram, jobMarker } from './daily-job.js';
import { portableCron } from './portable-cron.js';

const resultsPath = '/chaos_results';

/**
 * The job as a CronJob, with a volume for the days before. Without a time zone it is UTC, said outright: else each cluster
 * would take its own.
 *
 * @param image - with chaosx, the experiments and what they start, in its working directory
 */
export function kubernetesCronJob(job: DailyJob, image: string): string {
  const timeZone = job.timeZone ?? 'Etc/UTC';
  const command = [...installedProgram, ...dailyArguments({ ...job, timeZone }), '--results', resultsPath];
  return `${jobMarker}
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: chaosx-results
spec:
  accessModes: [ReadWriteOnce]
  resources:
    requests:
      storage: 1Gi
---
apiVersion: batch/v1
kind: CronJob
metadata:
  name: chaosx-daily
spec:
  schedule: ${JSON.stringify(portableCron(job.schedule))}
  timeZone: ${JSON.stringify(timeZone)}
  concurrencyPolicy: Forbid
  startingDeadlineSeconds: 3600
  jobTemplate:
    spec:
      backoffLimit: 0
      template:
        spec:
          restartPolicy: Never
          # Enough to revert when it is stopped.
          terminationGracePeriodSeconds: 120
          containers:
            - name: chaosx
              image: ${JSON.stringify(image)}
              command: [${command.map((word) => JSON.stringify(word)).join(', ')}]
              volumeMounts:
                - name: results
                  mountPath: ${resultsPath}
          volumes:
            - name: results
              persistentVolumeClaim:
                claimName: chaosx-results
`;
}
