using System.Globalization;
using BioLearn.Benchmarks.Harness;
using BioLearn.ML.Naming.Svm;
using BioLearn.ML.Spiking;

namespace BioLearn.Benchmarks.Naming;

/// <summary>
/// Not a speed: for each seed of BIOLEARN_SEEDS the network is trained on the training set of BIOLEARN_FACE_MOTOR, a support vector machine
/// (C = 1, γ = 1/20) on its features, and both are tried on the test set.
/// </summary>
internal sealed class FeatureAccuracy : IBenchmark
{
    public void Run(SideBySide bench)
    {
        if (!bench.Selects("naming/accuracy", "face-motor") || Environment.GetEnvironmentVariable("BIOLEARN_SEEDS") is not { Length: > 0 } seeds) return;
        (string[] names, GrayPicture[] train) = NamingFiles.Set("TrainingSet");
        (string[] testNames, GrayPicture[] test) = NamingFiles.Set("TestingSet");
        var accuracies = new List<double>();
        foreach (string seed in seeds.Split(','))
        {
            SpikingNetworkOptions options = SpikingNetworkOptions.FaceMotor with { Seed = long.Parse(seed, CultureInfo.InvariantCulture) };
            SpikingNetwork network = new SpikingTraining { Threads = bench.Threads }.Train(options, train);
            double[][] features = Features(network, train);
            SupportVectorClassifier machine = SupportVectorClassifier.Train(features, Classes(names), 2, 1, null, standardize: true, 1e-3);
            accuracies.Add(Accuracy(machine, Features(network, test), Classes(testNames)));
            Report.Line($"naming/accuracy, seed {seed}: train {Accuracy(machine, features, Classes(names)):P2}, test {accuracies[^1]:P2}; mean test of {accuracies.Count} seeds {accuracies.Average():P2}");
        }
    }

    private static double[][] Features(SpikingNetwork network, GrayPicture[] pictures)
        => Array.ConvertAll(pictures, picture => Array.ConvertAll(network.Respond(picture).MaximumPotentials, potential => (double)potential));

    private static int[] Classes(string[] names) => Array.ConvertAll(names, name => name.StartsWith("Face", StringComparison.Ordinal) ? 0 : 1);

    private static double Accuracy(SupportVectorClassifier machine, double[][] points, int[] classes)
    {
        int right = 0;
        double[] decision = new double[1];
        for (int i = 0; i < points.Length; i++)
        {
            machine.Decide(points[i], decision);
            right += (decision[0] > 0 ? 0 : 1) == classes[i] ? 1 : 0;
        }
        return right / (double)points.Length;
    }
}
