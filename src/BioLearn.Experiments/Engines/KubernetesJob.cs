using System.Globalization;
using System.Text;
using BioLearn.Experiments.Grids;

namespace BioLearn.Experiments;

/// <summary>
/// The manifest of a Kubernetes Indexed Job, kept beside the results. Each index does its share and is tried again by itself; a pod that a node took
/// along does not count as a failure, and trials that threw are no reason to try again, since they throw again.
/// </summary>
/// <param name="Submission">What is to be done.</param>
/// <param name="Tasks">Indexes; at least 1.</param>
/// <param name="Command">Words of the command of an index: it finds which it is in JOB_COMPLETION_INDEX.</param>
/// <param name="Image">Container image that has the command.</param>
/// <param name="Claim">Persistent volume claim that has the folder of results.</param>
/// <param name="MountedAt">Where the claim is mounted in the container.</param>
public sealed record KubernetesJob(Submission Submission, int Tasks, IReadOnlyList<string> Command, string Image, string Claim, string MountedAt)
{
    private const int LongestName = 63;
    private const int RetriesOfAnIndex = 3;

    /// <summary>Name of the job: small letters, digits and hyphens.</summary>
    public string JobName { get; init; } = "biolearn";

    /// <summary>Pods at once; 0 all.</summary>
    public int AtOnce { get; init; }

    /// <summary>Processors of a pod, one a trial that runs at once; at least 1.</summary>
    public int Processors { get; init; } = 1;

    /// <summary>Memory of a pod, such as <c>2Gi</c>; null for the cluster's default.</summary>
    public string? Memory { get; init; }

    /// <summary>The exit codes that trying again does not mend: some trials threw, or the command line is wrong.</summary>
    private static readonly int[] NoUseToRetry = [2, 3];

    /// <summary>The manifest.</summary>
    /// <returns>YAML.</returns>
    public string Text()
    {
        StringBuilder text = new();
        text.Append(string.Create(CultureInfo.InvariantCulture, $"""
            apiVersion: batch/v1
            kind: Job
            metadata:
              name: {NameOf($"{JobName}-{Submission.Name}")}
            spec:
              completionMode: Indexed
              completions: {Tasks}
              parallelism: {(AtOnce > 0 ? Math.Min(AtOnce, Tasks) : Tasks)}
              backoffLimitPerIndex: {RetriesOfAnIndex}
              podFailurePolicy:
                rules:
                  - action: FailIndex
                    onExitCodes:
                      operator: In
                      values: [{string.Join(", ", NoUseToRetry)}]
                  - action: Ignore
                    onPodConditions:
                      - type: DisruptionTarget
                        status: "True"
              template:
                spec:
                  restartPolicy: Never
                  containers:
                    - name: trials
                      image: {BoundValue.Text(Image)}
                      command: [{string.Join(", ", Command.Select(BoundValue.Text))}]
                      resources:
                        requests:
                          cpu: "{Processors}"

            """).ReplaceLineEndings("\n"));
        if (Memory is not null)
            text.Append(CultureInfo.InvariantCulture, $"              memory: {BoundValue.Text(Memory)}\n            limits:\n              memory: {BoundValue.Text(Memory)}\n");
        text.Append(string.Create(CultureInfo.InvariantCulture, $"""
                      volumeMounts:
                        - name: results
                          mountPath: {BoundValue.Text(MountedAt)}
                  volumes:
                    - name: results
                      persistentVolumeClaim:
                        claimName: {BoundValue.Text(Claim)}

            """).ReplaceLineEndings("\n"));
        return text.ToString();
    }

    private static string NameOf(string text)
    {
        string name = string.Concat(text.ToLowerInvariant().Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '-')).Trim('-');
        return name.Length <= LongestName ? name : name[^LongestName..].Trim('-');
    }
}
