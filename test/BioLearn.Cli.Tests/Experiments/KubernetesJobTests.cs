using System.Diagnostics;
using k8s;
using k8s.Models;

namespace BioLearn.Cli.Tests.Experiments;

public sealed class KubernetesJobTests : IDisposable
{
    private readonly WalkFolder _walks = new();

    public void Dispose() => _walks.Dispose();

    [Fact]
    public async Task Manifest_is_an_indexed_job_whose_command_does_every_trial()
    {
        await WalkFolder.RunAsync("run", _walks.Grid, "--out", _walks["local"]);
        var (exitCode, output) = await WalkFolder.RunAsync("submit", _walks.Grid, "--out", _walks["out"], "--engine", "kubernetes", "--image", "lab/biolearn:1", "--claim", "results", "--mounted-at", _walks["out"],
            "--memory", "1Gi", "--tasks", "3", "--print", "--command", string.Join(' ', WalkFolder.Command));
        Assert.True(exitCode == 0, output);
        string manifest = File.ReadAllText(Directory.GetFiles(_walks["out/submissions"], "job.yaml", SearchOption.AllDirectories)[0]);
        V1Job job = KubernetesYaml.Deserialize<V1Job>(manifest, strict: true);
        Assert.Equal(("batch/v1", "Job", "Indexed", 3, 3), (job.ApiVersion, job.Kind, job.Spec.CompletionMode, job.Spec.Completions, job.Spec.Parallelism));
        Assert.Equal(3, job.Spec.BackoffLimitPerIndex);
        Assert.Equal("FailIndex", job.Spec.PodFailurePolicy.Rules[0].Action);
        Assert.Contains(3, job.Spec.PodFailurePolicy.Rules[0].OnExitCodes.Values);
        Assert.Equal(("Ignore", "DisruptionTarget"), (job.Spec.PodFailurePolicy.Rules[1].Action, job.Spec.PodFailurePolicy.Rules[1].OnPodConditions[0].Type));
        V1PodSpec pod = job.Spec.Template.Spec;
        Assert.Equal(("Never", "results"), (pod.RestartPolicy, pod.Volumes[0].PersistentVolumeClaim.ClaimName));
        V1Container container = Assert.Single(pod.Containers);
        Assert.Equal(("lab/biolearn:1", _walks["out"], "1Gi"), (container.Image, container.VolumeMounts[0].MountPath, container.Resources.Limits["memory"].ToString()));
        for (int index = 0; index < job.Spec.Completions; index++)
        {
            ProcessStartInfo start = new(container.Command[0], container.Command.Skip(1)) { RedirectStandardOutput = true };
            start.Environment["JOB_COMPLETION_INDEX"] = $"{index}";
            using var process = Process.Start(start)!;
            await process.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync();
            Assert.Equal(0, process.ExitCode);
        }
        Assert.Equal(_walks.Results("local"), _walks.Results("out"));
    }

    [Fact]
    public async Task Engine_asks_for_what_it_needs_and_refuses_what_is_the_others()
    {
        Assert.Contains("expected --image IMAGE and --claim NAME", (await WalkFolder.RunAsync("submit", _walks.Grid, "--engine", "kubernetes")).Output, StringComparison.Ordinal);
        Assert.Contains("--image: needs --engine kubernetes", (await WalkFolder.RunAsync("submit", _walks.Grid, "--image", "x")).Output, StringComparison.Ordinal);
    }
}
